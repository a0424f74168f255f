import { otherName } from '../../base/boundedNames.ts';
import { Durations } from './durations.ts';

/** As OpenTelemetry counts them: methods that clients make up are one. */
const otherMethod = '_OTHER';
const methods = new Set(['GET', 'POST', 'OPTIONS', 'HEAD', 'PUT', 'DELETE', 'PATCH']);

/** Routes that are told apart; each has a histogram for every method and status that it had. */
const maxRoutes = 100;
const noRoute = '';

type ByMethod = Map<string, Durations[]>;

/** By route, method and status: a list of statuses for each method. What came by none has no label for it. */
export function createServedSeries() {
  const ofNone: ByMethod = new Map();
  const series = new Map<string, ByMethod>([[noRoute, ofNone]]);

  function ofRoute(route: string): ByMethod {
    const known = series.get(route);
    if (known) return known;
    const name = series.size <= maxRoutes ? route : otherName;
    const opened = series.get(name) ?? (new Map() as ByMethod);
    series.set(name, opened);
    return opened;
  }

  return {
    of(method: string, status: number, route: string | null): Durations {
      const byMethod = route === null ? ofNone : ofRoute(route);
      const name = methods.has(method) ? method : otherMethod;
      const byStatus = byMethod.get(name) ?? [];
      if (byStatus.length === 0) byMethod.set(name, byStatus);
      const durations = byStatus[status] ?? new Durations();
      byStatus[status] = durations;
      return durations;
    },
    *all() {
      for (const [route, byMethod] of series)
        for (const [method, byStatus] of byMethod)
          for (const [status, durations] of Object.entries(byStatus))
            yield [[method, status, route], durations] as const;
    },
  };
}
