import { Durations } from './durations.ts';

/** As OpenTelemetry counts them: methods that clients make up are one. */
const otherMethod = '_OTHER';
const methods = new Set(['GET', 'POST', 'OPTIONS', 'HEAD', 'PUT', 'DELETE', 'PATCH']);

/** By method and status: a list of statuses for each method. */
export function createServedSeries() {
  const series = new Map<string, Durations[]>();
  return {
    of(method: string, status: number): Durations {
      const name = methods.has(method) ? method : otherMethod;
      const byStatus = series.get(name) ?? [];
      if (byStatus.length === 0) series.set(name, byStatus);
      const durations = byStatus[status] ?? new Durations();
      byStatus[status] = durations;
      return durations;
    },
    *all() {
      for (const [method, byStatus] of series)
        for (const [status, durations] of Object.entries(byStatus))
          yield [[method, status], durations] as const;
    },
  };
}
