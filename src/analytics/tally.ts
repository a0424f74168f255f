import type { Clock } from '../base/clock.ts';
import type { OperationOutcome } from '../model/operationOutcome.ts';
import type { Outcome } from '../model/outcome.ts';
import type { CallFact } from '../model/subgraphCall.ts';
import { addCall, addRecord, type Share } from './addRecord.ts';
import { type CallerNames, createNamedCallers } from './callerNames.ts';
import { createCallerRates } from './callerRates.ts';
import { createCallTally } from './callTally.ts';
import type { UsageDimensions } from './kinds.ts';
import { createLastErrors, type LastErrors } from './lastErrors.ts';
import { bucketOf } from './latencySketch.ts';
import { at } from './measures.ts';
import { createNamedOperations } from './namedOperations.ts';
import type { SeenOperations } from './seenOperations.ts';
import type { MeasureShape } from './shapeMeasures.ts';
import { shownName } from './shownName.ts';
import type { UsageWindow } from './usageWindow.ts';
import { createUsageWindows, type UsageWindows } from './usageWindows.ts';

export interface TallyParts {
  readonly clock: Clock;
  readonly measure: MeasureShape;
  /** Where this gateway stands. */
  readonly region: string;
  /** Names this process; no other has the same. */
  readonly instance: string;
  readonly max: {
    readonly operations: number;
    readonly clients: number;
    readonly consumers: number;
    /** Rows of one kind in one minute. */
    readonly groups: number;
  };
}

/** Adds outcomes up, by minute; what there is to write is taken from it. */
export interface Tally {
  /** One usage record for each operation; on the way of every request, so it takes a few microseconds. */
  add(outcome: Outcome): void;
  /** Brings in what is known only when a minute is over. */
  settle(nowMs: number): void;
  readonly windows: UsageWindows;
  readonly operations: SeenOperations;
  readonly errors: LastErrors;
}

export function createTally({ clock, measure, region, instance, max }: TallyParts): Tally {
  const callers = createNamedCallers(max);
  const errors = createLastErrors();
  const calls = createCallTally();
  const namedOperations = createNamedOperations({ max: max.operations, measure });
  const rates = createCallerRates();
  const windows = createUsageWindows({
    instance,
    maxGroups: max.groups,
    onTurn() {
      calls.clear();
      callers.turn();
      namedOperations.turn();
    },
  });

  function addOne(outcome: Outcome, asked: OperationOutcome | null, told: Told): void {
    const { window, dimensions, nowMs } = told;
    const { operation } = dimensions;
    const cell = window.cellOf(dimensions);
    const ending = addRecord(cell.sums, { outcome, asked }, told);
    cell.latency.addToBucket(bucketOf(outcome.totalMs), 1);
    window.soil(cell);
    const cost = asked?.executed ? asked.cost.estimated : null;
    if (cost !== null) addCost(window, cost);
    for (const fact of asked?.calls ?? []) calls.add(window, operation, fact);
    const codes = asked?.codes ?? outcome.codes;
    for (const code of codes) addCode(window, operation, code);
    const isError = ending !== 'ok' && ending !== 'gone';
    if (isError && errors.wants(operation)) errors.add(errorOf(outcome, asked, { dimensions, nowMs }));
  }

  /** A call that ended after its request was recorded counts where the request would count now. */
  function addLate(dimensions: UsageDimensions, fact: CallFact): void {
    const window = windows.at(clock.wallMs());
    calls.add(window, dimensions.operation, fact);
    if (fact.joined) return;
    const cell = window.cellOf(dimensions);
    addCall(cell.sums, fact);
    window.soil(cell);
  }

  function settle(nowMs: number): void {
    if (rates.isOver(nowMs)) rates.takeInto(windows.at(nowMs));
  }

  return {
    settle,
    add(outcome) {
      const nowMs = clock.wallMs();
      settle(nowMs);
      rates.count(outcome, nowMs);
      const window = windows.at(nowMs);
      const { arrival, asked, codes, schema, supergraph, response } = outcome;
      // Who read about the routes has asked no operation.
      if (arrival.route && asked.length === 0 && codes.length === 0) return;
      const generation = supergraph ? String(supergraph.version ?? supergraph.hash.slice(0, 12)) : '';
      const named = callers.of(outcome);
      const common = { ...named, status: String(response.status), generation, region };
      const of = Math.max(1, asked.length);
      for (let index = 0; index < of; index += 1) {
        const item = asked[index] ?? null;
        const dimensions = { operation: namedOperations.of(item, { schema, nowMs }), ...common };
        addOne(outcome, item, { window, dimensions, nowMs, index, of });
        if (!response.finished) item?.onLateCall((fact) => addLate(dimensions, fact));
      }
    },
    windows,
    operations: namedOperations.seen,
    errors,
  };
}

/** One operation of a request, as it is added up. */
interface Told extends Share {
  readonly window: UsageWindow;
  readonly dimensions: UsageDimensions;
  readonly nowMs: number;
}

function addCost(window: UsageWindow, cost: number): void {
  const group = window.groupOf('cost', ['', '', ''], true);
  group.sums[at.calls] = (group.sums[at.calls] ?? 0) + 1;
  group.latency?.addToBucket(bucketOf(cost), 1);
  window.soil(group);
}

function addCode(window: UsageWindow, operation: string, code: string): void {
  const group = window.groupOf('operationCode', [operation, shownName(code), ''], false);
  group.sums[at.calls] = (group.sums[at.calls] ?? 0) + 1;
  window.soil(group);
}

function errorOf(
  { arrival, response, codes }: Outcome,
  asked: OperationOutcome | null,
  { dimensions, nowMs }: { dimensions: CallerNames & { operation: string }; nowMs: number },
) {
  const { operation, client, version, consumer } = dimensions;
  const failed = (asked?.calls ?? []).filter(({ code }) => code !== null).map(({ subgraph }) => subgraph);
  return {
    ...{ operation, client, version, consumer, atMs: nowMs },
    requestId: arrival.requestId,
    status: response.status,
    codes: (asked?.codes ?? codes).map(shownName),
    subgraphs: [...new Set(failed)],
  };
}
