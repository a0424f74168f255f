import type { Clock } from '../../base/clock.ts';
import type { Arrival } from '../../model/arrival.ts';
import type { Log } from '../../model/log.ts';
import type { Outcome } from '../../model/outcome.ts';
import type { RequestTrace } from '../../model/requestTrace.ts';
import type { Readers } from '../metrics/reading.ts';

export interface TracesParts {
  readonly clock: Clock;
  readonly log: Log;
  /** Of Sluice. */
  readonly version: string;
}

export type TraceMetricName =
  | 'sluice_spans_exported_total'
  | 'sluice_spans_dropped_total'
  | 'sluice_spans_waiting';

export interface Traces {
  /** A request has come; null where nobody collects traces. */
  open(arrival: Arrival): RequestTrace | null;
  /** It has ended. */
  record(outcome: Outcome): void;
  /** Header fields of calls that only a trace sets. */
  readonly headers: readonly string[];
  readonly readers: Readers<TraceMetricName>;
  /** Sends what is left, if the collector takes it. */
  close(): Promise<void>;
}
