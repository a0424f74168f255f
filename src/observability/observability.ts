/**
 * Observability: what the operator gets to see of a running gateway.
 *
 * The log is JSON lines on standard output (or short lines for people in `dev`), one line a request, and never a token, a key, a
 * subgraph's URL or body; its level can be changed for a while (`logLevelControl.ts`). Metrics are in `metrics/`: one catalogue of names
 * (`metricCatalogue.ts`), and for each a reader that is asked at a scrape, so that the way of a request only adds to numbers. Traces are in
 * `traces/`: OpenTelemetry is loaded where a collector is configured, and spans wait for it in bounded memory (`spanQueue.ts`).
 *
 *   const requests = createRequestMetrics({ maxOperations: 100 }, { clock });
 *   requests.record(outcome);
 *   const metrics = await createMetrics({ ...requests.readers, ...others });
 *   const { text } = await metrics.expose('text/plain');
 *
 * Other parts get a `Log`, or a trace in a caller's notes, as an argument (see model); only this folder knows pino, prom-client and
 * OpenTelemetry.
 */
import { z } from 'zod';
import { logOptions } from './log.ts';
import { metricsOptions } from './metrics/metricsOptions.ts';
import { tracesOptions } from './traces/tracesOptions.ts';

export { createAccessLog } from './accessLog.ts';
export { createLog, type FlushableLog } from './log.ts';
export { createLogLevelControl, type LogLevelControl, type LogLevelState } from './logLevelControl.ts';
export { createMetrics, type Exposition, type Metrics } from './metrics/exposition.ts';
export { type MetricName, metricCatalogue } from './metrics/metricCatalogue.ts';
export { createMetricsListener } from './metrics/metricsListener.ts';
export { createProcessMetrics } from './metrics/processMetrics.ts';
export type { LabelValues, Reader, Readers, Reading } from './metrics/reading.ts';
export { createRequestMetrics } from './metrics/requestMetrics.ts';
export { printable } from './printable.ts';
export { openTraces } from './traces/openTraces.ts';
export type { Traces } from './traces/traces.ts';

export const observabilityOptions = z.strictObject({
  log: logOptions.prefault({}),
  metrics: metricsOptions.prefault({}),
  traces: tracesOptions.prefault({}),
});

export type ObservabilityOptions = z.output<typeof observabilityOptions>;
