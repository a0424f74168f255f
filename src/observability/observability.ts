/**
 * Observability: what the operator gets to read. The log is JSON lines on standard output (or short lines for people in `dev`),
 * one line a request, and never a token, a key, a subgraph's URL or body.
 *
 * Other parts get a `Log` (see model) as an argument; only this folder knows pino.
 */
import { z } from 'zod';
import { logOptions } from './log.ts';

export { createAccessLog } from './accessLog.ts';
export { createLog, type FlushableLog } from './log.ts';
export { printable } from './printable.ts';

export const observabilityOptions = z.strictObject({
  log: logOptions.prefault({}),
});

export type ObservabilityOptions = z.output<typeof observabilityOptions>;
