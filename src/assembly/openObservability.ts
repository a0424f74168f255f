import { readFileSync } from 'node:fs';
import type { Clock } from '../base/clock.ts';
import type { Config } from '../config/config.ts';
import type { Load } from '../limits/limits.ts';
import type { Arrival } from '../model/arrival.ts';
import type { LeveledLog } from '../model/log.ts';
import type { Outcome } from '../model/outcome.ts';
import type { RequestTrace } from '../model/requestTrace.ts';
import {
  createAccessLog,
  createLogLevelControl,
  createMetrics,
  createMetricsListener,
  createProcessMetrics,
  createRequestMetrics,
  type LogLevelControl,
  type Metrics,
  openTraces,
} from '../observability/observability.ts';
import { type MeasuredParts, readMetrics } from './readMetrics.ts';

export interface ObservabilityParts {
  readonly live: { readonly loaded: { readonly settings: Config } };
  readonly clock: Clock;
  readonly log: LeveledLog;
  /** Sees to it that a part is closed at the end. */
  closed<Part extends { close(): void | Promise<void> }>(part: Part): Part;
}

/** What is seen of requests and of the process. */
export interface Observability {
  /** Told of each request when it has come. */
  onOpen(arrival: Arrival): RequestTrace | null;
  /** Told of each request when it has ended. */
  readonly recorders: readonly { record(outcome: Outcome): void }[];
  /** Header fields of calls that only a trace sets. */
  readonly ownHeaders: readonly string[];
  readonly logLevel: LogLevelControl;
  /** Serves the metrics of these parts from now on; null where nothing is counted. */
  measure(parts: Omit<MeasuredParts, 'load'>): Promise<Metrics | null>;
  reconfigure(): void;
}

export async function openObservability(
  { live, clock, log, closed }: ObservabilityParts,
  load: Load,
): Promise<Observability> {
  const settings = () => live.loaded.settings.observability;
  const { metrics: metricsOptions, traces: tracesOptions } = settings();
  const version = packageVersion();
  const logLevel = closed(createLogLevelControl(log.level, { log, clock }));
  const traces = closed(await openTraces(tracesOptions, { clock, log, version }));
  const accessLog = createAccessLog(log);
  const line = {
    record: (outcome: Outcome) => {
      if (settings().log.access) accessLog.record(outcome);
    },
  };
  const withTraces = tracesOptions.endpoint === undefined ? [line] : [line, traces];
  const counted = (open: Observability['onOpen']) => (arrival: Arrival) => {
    load.open();
    return open(arrival);
  };
  const shared = {
    ownHeaders: traces.headers,
    logLevel,
    reconfigure: () => logLevel.reconfigure(settings().log.level),
  };
  if (!metricsOptions.enabled)
    return { ...shared, onOpen: counted(traces.open), recorders: withTraces, measure: async () => null };

  const requests = createRequestMetrics({ maxOperations: metricsOptions.operations }, { clock });
  const ownProcess = closed(createProcessMetrics({ version, clock }));
  return {
    ...shared,
    onOpen: counted((arrival) => {
      requests.open();
      return traces.open(arrival);
    }),
    recorders: [...withTraces, requests],
    async measure(parts) {
      const readers = {
        ...requests.readers,
        ...ownProcess.readers,
        ...traces.readers,
        ...readMetrics({ ...parts, load }),
      };
      const metrics = await createMetrics(readers);
      const { listen } = metricsOptions;
      if (listen) await closed(createMetricsListener(listen, { ...metrics, log })).listen();
      return metrics;
    },
  };
}

function packageVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
