import { inspect } from 'node:util';
import type { Log } from '../model/log.ts';
import type { Outcome } from '../model/outcome.ts';
import { printable } from './printable.ts';
import { withoutSecrets } from './withoutSecrets.ts';

const maxReasonLength = 1000;

/** Writes one line for each request; nothing of headers, variables or bodies is in it. */
export function createAccessLog(log: Log): { record(outcome: Outcome): void } {
  return {
    record(outcome) {
      const { arrival, response, stepMs } = outcome;
      const fields: Record<string, unknown> = {
        requestId: arrival.requestId,
        method: arrival.method,
        address: arrival.address,
        status: response.status,
        bytes: response.bytes,
        ms: round(outcome.totalMs),
        steps: {
          admit: round(stepMs.admit),
          identify: round(stepMs.identify),
          prepare: round(stepMs.prepare),
          answer: round(stepMs.answer),
        },
      };
      if (arrival.route) fields.route = arrival.route.template;
      const [operation] = outcome.operations;
      if (operation) {
        fields.operation = operation.name === null ? null : printable(operation.name);
        fields.kind = operation.kind;
        fields.document = operation.document.hash;
      }
      const cost = costOf(outcome);
      if (cost) fields.cost = cost;
      const cache = cachedOf(outcome);
      if (cache) fields.cache = cache;
      if (outcome.operations.length > 1) fields.batch = outcome.operations.length;
      if (arrival.client.name !== null) fields.client = printable(arrival.client.name);
      if (arrival.client.version !== null) fields.clientVersion = printable(arrival.client.version);
      if (outcome.supergraph)
        fields.supergraph = outcome.supergraph.version ?? outcome.supergraph.hash.slice(0, 12);
      if (outcome.trace) fields.traceId = outcome.trace.traceId;
      if (outcome.codes.length > 0) fields.codes = outcome.codes.map((code) => printable(code, 64));
      if (outcome.wouldRefuse.length > 0) fields.wouldRefuse = outcome.wouldRefuse;
      if (!response.finished) fields.clientGone = true;
      if (outcome.reason === null) log.info(fields, 'request');
      else if (response.status >= 500) log.error({ ...fields, err: asError(outcome.reason) }, 'request');
      else log.info({ ...fields, why: asText(outcome.reason) }, 'request');
    },
  };
}

function round(ms: number): number {
  return Math.round(ms * 100) / 100;
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(asText(reason));
}

function asText(reason: unknown): string {
  // Anything may be thrown, rings and bigints too, which JSON does not know.
  const text =
    typeof reason === 'string' || reason instanceof Error
      ? String(reason instanceof Error ? reason.message : reason)
      : inspect(reason, { breakLength: Infinity });
  return withoutSecrets(printable(text, maxReasonLength));
}

/** Of all its operations together; null where costs are not counted. */
function costOf({ asked }: Outcome): { estimated: number; measured: number | null } | null {
  let sum: { estimated: number; measured: number | null } | null = null;
  for (const { cost } of asked) {
    if (cost.estimated === null) continue;
    sum ??= { estimated: 0, measured: null };
    sum.estimated += cost.estimated;
    if (cost.measured !== null) sum.measured = (sum.measured ?? 0) + cost.measured;
  }
  return sum;
}

/** Of all its operations together; null where nothing is kept. */
function cachedOf({ asked }: Outcome): { hits: number; misses: number; stale: number } | null {
  let sum: { hits: number; misses: number; stale: number } | null = null;
  for (const { cacheHits, cacheMisses, cacheStale } of asked) {
    if (cacheHits === null) continue;
    sum ??= { hits: 0, misses: 0, stale: 0 };
    sum.hits += cacheHits;
    sum.misses += cacheMisses ?? 0;
    sum.stale += cacheStale ?? 0;
  }
  return sum;
}
