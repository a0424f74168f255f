import type { Clock } from '../../base/clock.ts';
import type { OperationOutcome } from '../../model/operationOutcome.ts';
import type { Outcome } from '../../model/outcome.ts';
import { type CallSeries, createCallSeries, type SubgraphSeries } from './callSeries.ts';
import { createCountByCode } from './countByCode.ts';
import { type CountByName, createCountByName } from './countByName.ts';
import { createOperationsSeries } from './operationSeries.ts';
import type { Readers } from './reading.ts';
import { createServedSeries } from './servedSeries.ts';

type RequestMetricName =
  | 'http_server_request_duration_seconds'
  | 'http_server_active_requests'
  | 'sluice_response_bytes_total'
  | 'sluice_step_seconds_total'
  | 'sluice_operation_duration_seconds'
  | 'sluice_operation_errors_total'
  | 'sluice_errors_total'
  | 'sluice_clients_gone_total'
  | 'sluice_joined_operations_total'
  | 'sluice_limit_refusals_total'
  | 'sluice_authorization_denied_total'
  | 'http_client_request_duration_seconds'
  | 'sluice_subgraph_response_bytes_total'
  | 'sluice_joined_calls_total'
  | 'sluice_replaced_calls_total';

/** Counts requests. On the way of each of them, so it looks up what is there already and adds to numbers. */
export interface RequestMetrics {
  open(): void;
  record(outcome: Outcome): void;
  readonly readers: Readers<RequestMetricName>;
}

/** Rules are settings of ours, plugins' are not. */
const maxRules = 100;

export function createRequestMetrics(
  options: { maxOperations: number },
  parts: { clock: Clock },
): RequestMetrics {
  const { clock } = parts;
  const served = createServedSeries();
  const operations = createOperationsSeries({ max: options.maxOperations, clock });
  const calls = createCallSeries();
  const codes = createCountByCode();
  const [refused, wouldRefuse] = [createCountByName({ max: maxRules }), createCountByName({ max: maxRules })];
  const steps = { admit: 0, identify: 0, prepare: 0, answer: 0 };
  const denied = { filter: 0, reject: 0 };
  const totals = { open: 0, bytes: 0, gone: 0, joined: 0 };

  function recordOperation(outcome: Outcome, asked: OperationOutcome | null): void {
    const seconds = outcome.totalMs / 1000;
    const series = operations.of(asked?.operation ?? null);
    series.durations.add(seconds);
    if ((asked?.codes ?? outcome.codes).length > 0) series.errors += 1;
    if (!asked) return;
    if (asked.joined) totals.joined += 1;
    for (const fact of asked.calls) calls.add(fact);
    if (!outcome.response.finished) asked.onLateCall(calls.add);
  }

  function recordErrors({ codes: met, refusedBy, wouldRefuse: spared }: Outcome): void {
    for (const code of met) codes.add(code);
    if (met.includes('UNAUTHORIZED_FIELD_OR_TYPE')) denied.filter += 1;
    if (met.includes('FORBIDDEN')) denied.reject += 1;
    for (const rule of refusedBy) refused.add(rule, 1);
    for (const rule of spared) wouldRefuse.add(rule, 1);
  }

  return {
    open() {
      totals.open += 1;
    },
    record(outcome) {
      const { arrival, response, totalMs, stepMs, asked, trace } = outcome;
      totals.open -= 1;
      totals.bytes += response.bytes;
      if (!response.finished) totals.gone += 1;
      const durations = served.of(arrival.method, response.status, arrival.route?.template ?? null);
      if (trace?.isSampled) durations.addTraced(totalMs / 1000, trace.traceId, clock.wallMs());
      else durations.add(totalMs / 1000);
      steps.admit += stepMs.admit;
      steps.identify += stepMs.identify;
      steps.prepare += stepMs.prepare;
      steps.answer += stepMs.answer;
      if (asked.length === 0 && !hasReadAboutRoutes(outcome)) recordOperation(outcome, null);
      for (const one of asked) recordOperation(outcome, one);
      if (outcome.codes.length > 0 || outcome.wouldRefuse.length > 0) recordErrors(outcome);
    },
    readers: {
      http_server_request_duration_seconds: served.all,
      http_server_active_requests: () => totals.open,
      sluice_response_bytes_total: () => totals.bytes,
      sluice_step_seconds_total: () =>
        Object.entries(steps).map(([step, ms]) => [[step], ms / 1000] as const),
      sluice_operation_duration_seconds: () =>
        [...operations.all()].map(({ labels, durations }) => [labels, durations] as const),
      sluice_operation_errors_total: () =>
        [...operations.all()].map(({ labels, errors }) => [labels, errors] as const),
      sluice_errors_total: () => codes.all(),
      sluice_clients_gone_total: () => totals.gone,
      sluice_joined_operations_total: () => totals.joined,
      sluice_limit_refusals_total: () => [...inMode('enforce', refused), ...inMode('log', wouldRefuse)],
      sluice_authorization_denied_total: () =>
        Object.entries(denied).map(([how, count]) => [[how], count] as const),
      ...readCalls(calls),
    },
  };
}

/** What is counted of calls to subgraphs, for who scrapes it. */
function readCalls(calls: CallSeries) {
  const each = (count: (series: SubgraphSeries) => number) => () =>
    [...calls.all()].map((series) => [[series.subgraph], count(series)] as const);
  return {
    http_client_request_duration_seconds: () =>
      [...calls.all()].flatMap(({ subgraph, durations }) =>
        [...durations].map(([code, ended]) => [[subgraph, code], ended] as const),
      ),
    sluice_subgraph_response_bytes_total: each(({ bytes }) => bytes),
    sluice_joined_calls_total: each(({ joined }) => joined),
    sluice_replaced_calls_total: each(({ replaced }) => replaced),
  };
}

function inMode(mode: string, counts: CountByName) {
  return [...counts].map(([[rule = ''], count]) => [[rule, mode], count] as const);
}

/** It asked for no operation, and was not refused. */
function hasReadAboutRoutes({ arrival, asked, codes }: Outcome): boolean {
  return arrival.route !== undefined && arrival.route !== null && asked.length === 0 && codes.length === 0;
}
