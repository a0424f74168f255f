import { constants, monitorEventLoopDelay, PerformanceObserver, performance } from 'node:perf_hooks';
import { getHeapSpaceStatistics, getHeapStatistics } from 'node:v8';
import type { Clock } from '../../base/clock.ts';
import { Durations } from './durations.ts';
import type { Readers } from './reading.ts';

type ProcessMetricName =
  | 'sluice_build_info'
  | 'nodejs_eventloop_delay_p50_seconds'
  | 'nodejs_eventloop_delay_p99_seconds'
  | 'nodejs_eventloop_delay_max_seconds'
  | 'nodejs_eventloop_utilization_ratio'
  | 'v8js_memory_heap_used_bytes'
  | 'v8js_memory_heap_limit_bytes'
  | 'v8js_gc_duration_seconds'
  | 'process_cpu_seconds_total'
  | 'process_resident_memory_bytes'
  | 'process_start_time_seconds';

export interface ProcessMetrics {
  readonly readers: Readers<ProcessMetricName>;
  close(): void;
}

/** How often the event loop's delay is sampled: 50 times a second costs nothing that could be measured. */
const resolutionMs = 20;
/** Two who scrape within this time read the same window: none takes what the other would have seen. */
const windowMs = 5_000;

/** The process it lives in: of one gateway in a process, for it cannot be told which of several took what. */
export function createProcessMetrics(parts: { version: string; clock: Clock }): ProcessMetrics {
  const delays = createDelays(parts.clock);
  const collections = createCollections();
  return {
    readers: {
      sluice_build_info: () => [[[parts.version, process.version], 1]],
      nodejs_eventloop_delay_p50_seconds: () => delays.read().p50,
      nodejs_eventloop_delay_p99_seconds: () => delays.read().p99,
      nodejs_eventloop_delay_max_seconds: () => delays.read().max,
      nodejs_eventloop_utilization_ratio: () => delays.read().utilization,
      v8js_memory_heap_used_bytes: () =>
        getHeapSpaceStatistics().map(
          ({ space_name, space_used_size }) => [[space_name], space_used_size] as const,
        ),
      v8js_memory_heap_limit_bytes: () => getHeapStatistics().heap_size_limit,
      v8js_gc_duration_seconds: () => collections.all(),
      process_cpu_seconds_total() {
        const { user, system } = process.cpuUsage();
        return (user + system) / 1e6;
      },
      process_resident_memory_bytes: () => process.memoryUsage.rss(),
      process_start_time_seconds: () => performance.timeOrigin / 1000,
    },
    close() {
      delays.close();
      collections.close();
    },
  };
}

function createDelays(clock: Clock) {
  const histogram = monitorEventLoopDelay({ resolution: resolutionMs });
  histogram.enable();
  let utilization = performance.eventLoopUtilization();
  let kept: { p50: number; p99: number; max: number; utilization: number } | null = null;
  let readAtMs = Number.NEGATIVE_INFINITY;
  /** What is sampled is the time between two ticks; before the first there is none. */
  const late = (nanoseconds: number) => Math.max(0, (nanoseconds || 0) / 1e9 - resolutionMs / 1000);
  return {
    read() {
      const nowMs = clock.monotonicMs();
      if (kept && nowMs - readAtMs < windowMs) return kept;
      readAtMs = nowMs;
      const now = performance.eventLoopUtilization();
      kept = {
        p50: late(histogram.percentile(50)),
        p99: late(histogram.percentile(99)),
        max: histogram.count === 0 ? 0 : late(histogram.max),
        utilization: performance.eventLoopUtilization(now, utilization).utilization,
      };
      utilization = now;
      histogram.reset();
      return kept;
    },
    close: () => void histogram.disable(),
  };
}

const collectionNames: ReadonlyMap<number, string> = new Map([
  [constants.NODE_PERFORMANCE_GC_MINOR, 'minor'],
  [constants.NODE_PERFORMANCE_GC_MAJOR, 'major'],
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL, 'incremental'],
  [constants.NODE_PERFORMANCE_GC_WEAKCB, 'weakcb'],
]);

function createCollections() {
  const series = new Map([...collectionNames.values()].map((name) => [name, new Durations()]));
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const { duration, detail } = entry as typeof entry & { readonly detail: { readonly kind: number } };
      series.get(collectionNames.get(detail.kind) ?? '')?.add(duration / 1000);
    }
  });
  observer.observe({ entryTypes: ['gc'] });
  return {
    *all() {
      for (const [name, durations] of series) yield [[name], durations] as const;
    },
    close: () => observer.disconnect(),
  };
}
