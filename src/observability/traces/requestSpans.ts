import {
  type Context,
  ROOT_CONTEXT,
  type Span,
  SpanStatusCode,
  TraceFlags,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import type { Clock } from '../../base/clock.ts';
import type { Outcome } from '../../model/outcome.ts';
import type { RequestTrace, TraceStep } from '../../model/requestTrace.ts';
import { printable } from '../printable.ts';
import { beginCall, type SpanMeans } from './beginCall.ts';

/** Names that clients chose. */
const maxNameLength = 128;
const serverError = 500;

/** The span of a request, and those within it. Of headers, variables and answers nothing is in them. */
export class RequestSpans implements RequestTrace {
  readonly traceId: string;
  readonly isSampled: boolean;
  readonly #span: Span;
  readonly #context: Context;
  readonly #common: SpanMeans;

  constructor(parts: { tracer: Tracer; span: Span; startedMs: number; clock: Clock }) {
    const { tracer, span, startedMs, clock } = parts;
    const openedAtMs = clock.monotonicMs();
    const { traceId, traceFlags } = span.spanContext();
    this.traceId = traceId;
    this.isSampled = (traceFlags & TraceFlags.SAMPLED) !== 0;
    this.#span = span;
    this.#context = trace.setSpan(ROOT_CONTEXT, span);
    this.#common = { tracer, now: () => startedMs + clock.monotonicMs() - openedAtMs };
  }

  begin(name: string): TraceStep {
    return beginStep(name, this.#context, this.#common);
  }

  /** The request has ended. */
  finish(outcome: Outcome): void {
    const { arrival, response, codes, operations, asked, supergraph } = outcome;
    const span = this.#span;
    const [operation] = operations;
    if (this.isSampled) {
      if (operation) {
        const name = operation.name === null ? null : printable(operation.name, maxNameLength);
        span.updateName(name === null ? operation.kind : `${operation.kind} ${name}`);
        span.setAttribute('graphql.operation.type', operation.kind);
        if (name !== null) span.setAttribute('graphql.operation.name', name);
        span.setAttribute('graphql.document.hash', operation.document.hash);
      }
      span.setAttributes({
        'http.request.method': arrival.method || '_OTHER',
        'http.response.status_code': response.status,
        'http.response.body.size': response.bytes,
        'sluice.request.id': arrival.requestId,
      });
      if (arrival.route) span.setAttribute('http.route', arrival.route.template);
      if (arrival.client.name !== null)
        span.setAttribute('sluice.client.name', printable(arrival.client.name, maxNameLength));
      if (supergraph) span.setAttribute('sluice.supergraph.hash', supergraph.hash.slice(0, 12));
      if (asked.length > 1) span.setAttribute('sluice.batch.size', asked.length);
      if (asked.some(({ joined }) => joined)) span.setAttribute('sluice.operation.joined', true);
      for (const [name, count] of cacheCounts(asked)) span.setAttribute(`sluice.cache.${name}`, count);
      if (!response.finished) span.setAttribute('sluice.client.gone', true);
      const [code] = codes;
      if (code !== undefined) span.setAttribute('error.type', printable(code, maxNameLength));
      if (response.status >= serverError) span.setStatus({ code: SpanStatusCode.ERROR });
    }
    span.end(this.#common.now());
  }
}

/** What came from the cache, for all its operations together; none where nothing is kept. */
function cacheCounts(asked: Outcome['asked']): readonly (readonly [name: string, count: number])[] {
  const kept = asked.filter(({ cacheHits }) => cacheHits !== null);
  if (kept.length === 0) return [];
  const sum = (of: (each: Outcome['asked'][number]) => number | null): number =>
    kept.reduce((total, each) => total + (of(each) ?? 0), 0);
  return [
    ['hits', sum(({ cacheHits }) => cacheHits)],
    ['misses', sum(({ cacheMisses }) => cacheMisses)],
    ['stale', sum(({ cacheStale }) => cacheStale)],
  ];
}

function beginStep(name: string, parent: Context, common: SpanMeans): TraceStep {
  const { tracer, now } = common;
  const span = tracer.startSpan(name, { startTime: now() }, parent);
  const context = trace.setSpan(parent, span);
  return {
    begin: (inner) => beginStep(inner, context, common),
    beginCall: (call) => beginCall(call, context, common),
    end: () => span.end(now()),
  };
}
