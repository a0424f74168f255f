import type { Registry } from 'prom-client';
import { bounds, Durations } from './durations.ts';
import { type MetricName, metricCatalogue } from './metricCatalogue.ts';
import type { LabelValues, Reader, Readers } from './reading.ts';

/** The body of a scrape and its content type. */
export interface Exposition {
  readonly contentType: string;
  readonly text: string;
}

/** One line of a metric, as prom-client writes it. */
interface Line {
  readonly metricName?: string;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
  readonly exemplar?: {
    readonly labelSet: { readonly trace_id: string };
    readonly value: number;
    /** Seconds. */
    readonly timestamp: number;
  };
}

/** Metrics that can be scraped. */
export interface Metrics {
  /** What they stand at: in OpenMetrics, with exemplars, for who accepts it, else in Prometheus' own format. */
  expose(accept: string | undefined): Promise<Exposition>;
}

/**
 * prom-client does the writing, from a registry that lives as long as a scrape: its own counters hash an object of labels each time they
 * count. It is loaded here, for commands that only read settings come by this folder too.
 */
export async function createMetrics(readers: Readers): Promise<Metrics> {
  const { default: promClient } = await import('prom-client');
  return {
    async expose(accept) {
      const { OPENMETRICS_CONTENT_TYPE, PROMETHEUS_CONTENT_TYPE } = promClient.Registry;
      const isOpenMetrics = accept?.includes('application/openmetrics-text') ?? false;
      const contentType = isOpenMetrics ? OPENMETRICS_CONTENT_TYPE : PROMETHEUS_CONTENT_TYPE;
      const registry = new promClient.Registry();
      registry.setContentType(contentType as never);
      register(registry, { readers, isOpenMetrics });
      return { contentType, text: await registry.metrics() };
    },
  };
}

function register(
  registry: Registry,
  { readers, isOpenMetrics }: { readonly readers: Readers; readonly isOpenMetrics: boolean },
): void {
  for (const name of Object.keys(metricCatalogue) as MetricName[]) {
    const { type, meaning, labels } = metricCatalogue[name];
    const family = isOpenMetrics && type === 'counter' ? name.replace(/_total$/, '') : name;
    const metric = { name: family, help: meaning, type };
    const get = () => ({ ...metric, values: linesOf(family, { read: readers[name], labels }) });
    registry.registerMetric({ ...metric, get } as never);
  }
}

function linesOf(
  name: string,
  { read, labels }: { readonly read: Reader; readonly labels: readonly string[] },
): readonly Line[] {
  const reading = read();
  if (reading === null) return [];
  if (typeof reading === 'number') return [{ labels: {}, value: reading }];
  return [...reading].flatMap(([given, value]) => {
    const named = namedLabels(labels, given);
    return value instanceof Durations ? linesOfDurations(name, named, value) : [{ labels: named, value }];
  });
}

/** An empty label is the same as none. */
function namedLabels(names: readonly string[], values: LabelValues): Record<string, string> {
  return Object.fromEntries(
    names.map((name, index) => [name, values[index] ?? '']).filter(([, value]) => value !== ''),
  );
}

function linesOfDurations(
  name: string,
  labels: Record<string, string>,
  { counts, sum, exemplars }: Durations,
): readonly Line[] {
  let seen = 0;
  const buckets = [...counts].map((count, index): Line => {
    seen += count;
    const exemplar = exemplars?.[index];
    return {
      metricName: `${name}_bucket`,
      labels: { ...labels, le: bounds[index] ?? '+Inf' },
      value: seen,
      ...(exemplar && {
        exemplar: {
          labelSet: { trace_id: exemplar.traceId },
          value: exemplar.seconds,
          timestamp: exemplar.atMs / 1000,
        },
      }),
    };
  });
  return [
    ...buckets,
    { metricName: `${name}_sum`, labels, value: sum },
    { metricName: `${name}_count`, labels, value: seen },
  ];
}
