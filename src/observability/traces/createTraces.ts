import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { type Context, ROOT_CONTEXT, SpanKind, type TextMapGetter, trace } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BasicTracerProvider,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-base';
import type { Arrival } from '../../model/arrival.ts';
import { postSpans } from './postSpans.ts';
import { RequestSpans } from './requestSpans.ts';
import { createSpanQueue } from './spanQueue.ts';
import type { Traces, TracesParts } from './traces.ts';
import type { TracesOptions } from './tracesOptions.ts';

const propagator = new W3CTraceContextPropagator();
const headerGetter: TextMapGetter<IncomingHttpHeaders> = {
  keys: (headers) => Object.keys(headers),
  get: (headers, name) => headers[name],
};

/** Nothing is made known to the process: a gateway has its own tracer, and what others in the process trace is theirs. */
export function createTraces(
  options: TracesOptions & { readonly endpoint: string },
  { clock, log, version }: TracesParts,
): Traces {
  const { headers, interval, timeout, maxWaiting, sampling, parent, service, attributes } = options;
  const url = collectorUrl(options.endpoint);
  const queue = createSpanQueue({
    maxWaiting,
    intervalMs: interval,
    clock,
    log,
    async send(spans) {
      const body = ProtobufTraceSerializer.serializeRequest(spans) ?? new Uint8Array();
      return await postSpans(body, { url, headers, timeoutMs: timeout, clock });
    },
  });
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({
      ...attributes,
      'service.name': service,
      'service.version': version,
      'service.instance.id': randomUUID(),
    }),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(sampling) }),
    spanProcessors: [queue.processor],
  });
  const tracer = provider.getTracer('sluice', version);
  const isTrusted = ({ isForwarded = false }: Arrival) =>
    parent === 'trust' || (parent === 'proxies' && isForwarded);

  return {
    open(arrival) {
      const startedMs = clock.wallMs();
      const told = propagator.extract(ROOT_CONTEXT, arrival.headers, headerGetter);
      const context = isTrusted(arrival) ? told : ROOT_CONTEXT;
      const span = tracer.startSpan(
        arrival.method || 'request',
        { kind: SpanKind.SERVER, startTime: startedMs, links: context === told ? [] : linksTo(told) },
        context,
      );
      return new RequestSpans({ tracer, span, startedMs, clock });
    },
    record(outcome) {
      if (outcome.trace instanceof RequestSpans) outcome.trace.finish(outcome);
    },
    headers: propagator.fields(),
    readers: queue.readers,
    close: queue.close,
  };
}

/** A trace we do not go on with is named all the same: both can be looked at. */
function linksTo(told: Context) {
  const context = trace.getSpanContext(told);
  return context ? [{ context }] : [];
}

function collectorUrl(endpoint: string): URL {
  const url = new URL(endpoint);
  if (url.pathname === '/') url.pathname = '/v1/traces';
  return url;
}
