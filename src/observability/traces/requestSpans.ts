import {
  type Context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import type { Clock } from '../../base/clock.ts';
import type { Outcome } from '../../model/outcome.ts';
import type { RequestTrace, TraceCall, TracedCall, TraceStep } from '../../model/requestTrace.ts';
import { printable } from '../printable.ts';

/** What the spans of one request have in common. */
interface Common {
  readonly tracer: Tracer;
  /** Wall time: a jump of the clock while the request runs moves none of its spans. */
  now(): number;
}

const propagator = new W3CTraceContextPropagator();
/** Names that clients chose. */
const maxNameLength = 128;
const serverError = 500;

/** The span of a request, and those within it. Of headers, variables and answers nothing is in them. */
export class RequestSpans implements RequestTrace {
  readonly traceId: string;
  readonly isSampled: boolean;
  readonly #span: Span;
  readonly #context: Context;
  readonly #common: Common;

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
      if (arrival.client.name !== null)
        span.setAttribute('sluice.client.name', printable(arrival.client.name, maxNameLength));
      if (supergraph) span.setAttribute('sluice.supergraph.hash', supergraph.hash.slice(0, 12));
      if (asked.length > 1) span.setAttribute('sluice.batch.size', asked.length);
      if (asked.some(({ joined }) => joined)) span.setAttribute('sluice.operation.joined', true);
      if (!response.finished) span.setAttribute('sluice.client.gone', true);
      const [code] = codes;
      if (code !== undefined) span.setAttribute('error.type', printable(code, maxNameLength));
      if (response.status >= serverError) span.setStatus({ code: SpanStatusCode.ERROR });
    }
    span.end(this.#common.now());
  }
}

function beginStep(name: string, parent: Context, common: Common): TraceStep {
  const { tracer, now } = common;
  const span = tracer.startSpan(name, { startTime: now() }, parent);
  const context = trace.setSpan(parent, span);
  return {
    begin: (inner) => beginStep(inner, context, common),
    beginCall: (call) => beginCall(call, context, common),
    end: () => span.end(now()),
  };
}

function beginCall(
  { subgraph, kind, translation }: TracedCall,
  parent: Context,
  { tracer, now }: Common,
): TraceCall {
  const protocol = translation?.protocol ?? 'graphql';
  const span = tracer.startSpan(
    `subgraph ${subgraph}`,
    {
      kind: SpanKind.CLIENT,
      startTime: now(),
      attributes: {
        'subgraph.name': subgraph,
        'graphql.operation.type': kind,
        'sluice.subgraph.protocol': protocol,
        // A call over REST may be several requests.
        ...(protocol === 'graphql' && { 'http.request.method': 'POST' }),
        ...(protocol === 'grpc' && { 'rpc.system': 'grpc' }),
      },
    },
    parent,
  );
  const headers: Record<string, string> = {};
  propagator.inject(trace.setSpan(parent, span), headers, {
    set(carrier, name, value) {
      carrier[name] = value;
    },
  });
  return {
    headers,
    end({ joined, code, bytes }) {
      if (joined) span.setAttribute('sluice.call.joined', true);
      else span.setAttribute('http.response.body.size', bytes);
      if (code !== null) {
        span.setAttribute('error.type', printable(code, maxNameLength));
        span.setStatus({ code: SpanStatusCode.ERROR });
      }
      span.end(now());
    },
  };
}
