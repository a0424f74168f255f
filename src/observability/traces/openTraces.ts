import type { Traces, TracesParts } from './traces.ts';
import type { TracesOptions } from './tracesOptions.ts';

const noTraces: Traces = {
  open: () => null,
  record: () => undefined,
  headers: [],
  readers: {
    sluice_spans_exported_total: () => 0,
    sluice_spans_dropped_total: () => 0,
    sluice_spans_waiting: () => 0,
  },
  close: async () => undefined,
};

/** OpenTelemetry is loaded by those who collect traces only. */
export async function openTraces(options: TracesOptions, parts: TracesParts): Promise<Traces> {
  const { endpoint } = options;
  if (endpoint === undefined) return noTraces;
  const { createTraces } = await import('./createTraces.ts');
  return createTraces({ ...options, endpoint }, parts);
}
