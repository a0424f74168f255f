import { type Context, type Span, SpanKind, SpanStatusCode, type Tracer, trace } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import type { CallEnding, TraceCall, TracedCall, TraceTry, TraceTryStart } from '../../model/requestTrace.ts';
import type { Protocol } from '../../model/translation.ts';
import { printable } from '../printable.ts';

/** What the spans of one request have in common. */
export interface SpanMeans {
  readonly tracer: Tracer;
  /** Wall time: a jump of the clock while the request runs moves none of its spans. */
  now(): number;
}

const propagator = new W3CTraceContextPropagator();
const maxCodeLength = 128;

/** A call is what was decided about it; each of its tries is a request to an instance, and the subgraph goes on under that. */
export function beginCall(call: TracedCall, parent: Context, means: SpanMeans): TraceCall {
  const { tracer, now } = means;
  const { subgraph, kind, translation } = call;
  const protocol = translation?.protocol ?? 'graphql';
  const attributes = {
    'subgraph.name': subgraph,
    'sluice.subgraph.protocol': protocol,
    'graphql.operation.type': kind,
  };
  const span = tracer.startSpan(`subgraph ${subgraph}`, { startTime: now(), attributes }, parent);
  const context = trace.setSpan(parent, span);
  return {
    beginTry: (which) => beginTry({ ...which, subgraph, protocol }, context, means),
    end(how) {
      setEnding(span, how);
      fail(span, how.code);
      span.end(now());
    },
  };
}

function setEnding(span: Span, { joined, bytes, instance, tries, breaker, cause }: CallEnding): void {
  // Of a call that others made it is known to them how it went.
  if (joined) span.setAttribute('sluice.call.joined', true);
  else span.setAttributes({ 'http.response.body.size': bytes, 'sluice.call.tries': tries });
  if (instance !== null) span.setAttribute('subgraph.instance', instance);
  if (breaker !== null) span.setAttribute('sluice.breaker.state', breaker);
  if (cause !== null) span.setAttribute('sluice.call.cause', cause);
}

interface StartedTry extends TraceTryStart {
  readonly subgraph: string;
  readonly protocol: Protocol;
}

function beginTry(
  { subgraph, protocol, number, instance, breaker }: StartedTry,
  parent: Context,
  { tracer, now }: SpanMeans,
): TraceTry {
  const attributes = {
    'subgraph.name': subgraph,
    // A try over REST may be several requests.
    ...(protocol === 'graphql' && { 'http.request.method': 'POST' }),
    ...(protocol === 'grpc' && { 'rpc.system': 'grpc' }),
    'sluice.try.number': number,
    ...(instance !== null && { 'subgraph.instance': instance }),
    ...(breaker !== null && { 'sluice.breaker.state': breaker }),
  };
  const started = { kind: SpanKind.CLIENT, startTime: now(), attributes };
  const span = tracer.startSpan(`try ${subgraph}`, started, parent);
  const headers: Record<string, string> = {};
  propagator.inject(trace.setSpan(parent, span), headers, {
    set(carrier, name, value) {
      carrier[name] = value;
    },
  });
  return {
    headers,
    end({ status, code }) {
      if (status !== null) span.setAttribute('http.response.status_code', status);
      fail(span, code);
      span.end(now());
    },
  };
}

function fail(span: Span, code: string | null): void {
  if (code === null) return;
  span.setAttribute('error.type', printable(code, maxCodeLength));
  span.setStatus({ code: SpanStatusCode.ERROR });
}
