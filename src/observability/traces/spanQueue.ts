import { TraceFlags } from '@opentelemetry/api';
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { Clock, Timer } from '../../base/clock.ts';
import type { Log } from '../../model/log.ts';
import type { Readers } from '../metrics/reading.ts';
import { keepNewest } from './keepNewest.ts';
import type { SendOutcome } from './sendOutcome.ts';
import type { TraceMetricName } from './traces.ts';

export interface SpanQueueParts {
  /** Spans kept while the collector takes none: the newest. */
  readonly maxWaiting: number;
  readonly intervalMs: number;
  readonly clock: Clock;
  readonly log: Pick<Log, 'info' | 'warn'>;
  send(spans: ReadableSpan[]): Promise<SendOutcome>;
}

export interface SpanQueue {
  readonly processor: SpanProcessor;
  readonly readers: Readers<TraceMetricName>;
  /** Sends what waits, until the collector does not take it. */
  close(): Promise<void>;
}

/** As OpenTelemetry's own processor has it. */
const batchSize = 512;
/** A collector that is down is asked once a minute at least. */
const maxPauseMs = 60_000;

/**
 * Spans that have ended, on their way to the collector: one batch at a time, oldest first. No request waits for it. While the collector
 * takes none they stay, and when there are too many the oldest are dropped and counted. What it refuses as it is (by OTLP any status
 * that is not 429, 502, 503 or 504) is dropped too, or it would hold up all that come after it.
 */
export function createSpanQueue(parts: SpanQueueParts): SpanQueue {
  const { maxWaiting, intervalMs, clock, log, send } = parts;
  const waiting = keepNewest<ReadableSpan>(maxWaiting);
  let [exported, refused, failures] = [0, 0, 0];
  let timer: Timer | null = null;
  let sending: Promise<void> | null = null;
  let isClosed = false;
  again(intervalMs);

  function again(delayMs: number): void {
    if (!isClosed) timer = clock.after(delayMs, () => void flush());
  }

  /** Gives after how many ms there is more to send. */
  async function sendBatch(): Promise<number> {
    const batch = waiting.oldest(batchSize);
    if (batch.items.length === 0) return intervalMs;
    const outcome = await send(batch.items).catch(asRefused);
    if (outcome.kind === 'later') {
      if (failures === 0) log.warn({ err: outcome.why, maxWaiting }, notTaken);
      failures += 1;
      const pauseMs = outcome.waitMs ?? intervalMs * 2 ** Math.min(failures, 10);
      return Math.min(Math.max(pauseMs, intervalMs), maxPauseMs);
    }
    // Some of them may have been dropped meanwhile, and were counted as that.
    const count = batch.letGo();
    if (outcome.kind === 'refused') {
      if (failures === 0)
        log.warn({ why: outcome.why, spans: count }, 'the collector refuses spans; they are dropped');
      refused += count;
      failures += 1;
      return intervalMs;
    }
    exported += count;
    if (failures > 0) log.info({ dropped: waiting.dropped + refused }, 'spans can be exported again');
    failures = 0;
    return waiting.size > 0 ? 0 : intervalMs;
  }

  async function sendAll(): Promise<void> {
    timer?.cancel();
    let pauseMs = 0;
    while (pauseMs === 0) pauseMs = await sendBatch();
    again(pauseMs);
  }

  function flush(): Promise<void> {
    sending ??= sendAll().finally(() => {
      sending = null;
    });
    return sending;
  }

  return {
    processor: {
      onStart: () => undefined,
      onEnd(span) {
        if ((span.spanContext().traceFlags & TraceFlags.SAMPLED) === 0) return;
        waiting.add(span);
        if (failures === 0 && !isClosed && waiting.size >= batchSize) void flush();
      },
      forceFlush: flush,
      shutdown: async () => undefined,
    },
    readers: {
      sluice_spans_exported_total: () => exported,
      sluice_spans_dropped_total: () => waiting.dropped + refused,
      sluice_spans_waiting: () => waiting.size,
    },
    async close() {
      isClosed = true;
      timer?.cancel();
      await sending;
      await flush();
      if (waiting.size > 0)
        log.warn({ spans: waiting.size }, 'spans are lost: the collector does not take them');
    },
  };
}

const notTaken = 'spans cannot be exported; the newest of them wait in memory';

/** What cannot be written as a request will not be the next time either. */
function asRefused(failure: unknown): SendOutcome {
  return { kind: 'refused', why: String(failure) };
}
