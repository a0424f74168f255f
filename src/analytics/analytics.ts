/**
 * Analytics: what is asked, by whom, how it went and which fields it needed. Every operation ends in exactly one usage record, refusals
 * and clients that left included.
 *
 * A record is added to sums in memory (`tally.ts`): by minute, and by operation, client, consumer and what else it is told apart by
 * (`kinds.ts`), with its time in a sketch that can be merged (`latencySketch.ts`). Names are bounded: of a flood of different ones
 * the busy keep theirs and the rest is one called `(other)`. What has changed goes to the store every few seconds (`shipping.ts`), in a
 * thread (`openUsageStore.ts`), so that no request waits for it; while the store takes nothing it waits in memory. There minutes
 * are added up to hours and days (`rollUp.ts`), and questions are answered from the coarsest sums that fit (`piecesOf.ts`).
 *
 * Operations are known by their signature, the document without literals (`operationSignature.ts`). Nothing of headers, variables or
 * answers is kept, besides names: clients, consumers, enum values and input fields.
 *
 *   const analytics = createAnalytics(analyticsOptions.parse({}), { storage, storeThread, folder, dir, measure, clock, log });
 *   analytics.record(outcome);
 *   const { rows } = await analytics.usage.totals({ kind: 'operation', period, by: ['one'], order: 'calls', first: 50 });
 */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Clock } from '../base/clock.ts';
import { siblingModule } from '../base/siblingModule.ts';
import type { Log } from '../model/log.ts';
import type { Outcome } from '../model/outcome.ts';
import type { StorageOptions, StoreThread } from '../storage/storage.ts';
import type { AnalyticsOptions } from './analyticsOptions.ts';
import type { UsageStoreData } from './openUsageStore.ts';
import type { MeasureShape } from './shapeMeasures.ts';
import { createShipping } from './shipping.ts';
import { createSpoolFile } from './spoolFile.ts';
import { createTally } from './tally.ts';
import type { UsageReader } from './usageReader.ts';
import type { UsageStore } from './usageStore.ts';

export { otherName } from '../base/boundedNames.ts';
export { type AnalyticsOptions, analyticsOptions } from './analyticsOptions.ts';
export type { FieldAnswer, FieldClient, FieldUser } from './askField.ts';
export type { LimitsAnswer, Spread } from './askLimits.ts';
export { latencyBounds, type SeriesAnswer } from './askSeries.ts';
export type { NamedTotals, TotalsAnswer, TotalsOrder, TotalsQuestion } from './askTotals.ts';
export { coordinatesOfField } from './coordinatesOfField.ts';
export { fetchIdsOf } from './fetchIdsOf.ts';
export type { Kind } from './kinds.ts';
export type { RecordedError } from './lastErrors.ts';
export { LatencySketch } from './latencySketch.ts';
export { unknownOperation } from './namedOperations.ts';
export type { Period } from './period.ts';
export type { RecordedCoordinate, RecordedOperation } from './recordedOperation.ts';
export type { Totals } from './totals.ts';
export type { UsageReader } from './usageReader.ts';

export interface AnalyticsParts {
  /** Where usage is kept: beside the rest, in a file of its own where that is SQLite. */
  readonly storage: StorageOptions;
  /** Has the store, so that no request waits for it. */
  readonly storeThread: StoreThread;
  /** What relative paths start from. */
  readonly folder: string;
  /** For what the store did not take until the end. */
  readonly dir: string;
  /** What an operation comes to, by the rules of the limits. */
  readonly measure: MeasureShape;
  readonly clock: Clock;
  readonly log: Log;
}

/** What can be asked, and how far it can be trusted. */
export interface Usage extends UsageReader {
  /** Operations of this process that are in no sum, because the store took nothing for too long. */
  lost(): number;
  /** What waits to be written, in bytes of memory. */
  waitingBytes(): number;
}

export interface Analytics {
  record(outcome: Outcome): void;
  /** Null when it is switched off. */
  readonly usage: Usage | null;
  /** Writes what is left. */
  close(): Promise<void>;
}

export function createAnalytics(options: AnalyticsOptions, parts: AnalyticsParts): Analytics {
  if (!options.enabled) return { record: () => undefined, usage: null, close: async () => undefined };
  const { storage, storeThread, folder, dir, measure, clock, log } = parts;
  const { region, interval, maxWaiting, retention, max } = options;
  const maxOperations = max.operations * storedPerOperation;
  const { store, close } = storeThread.open<UsageStore>({
    opener: { module: siblingModule(import.meta.url, 'openUsageStore'), name: 'openUsageStore' },
    data: { storage, folder, retention, maxOperations } satisfies UsageStoreData,
    methods,
    what: 'usage',
  });
  const tally = createTally({ clock, measure, region, instance: randomUUID(), max });
  const shipping = createShipping({
    tally,
    store,
    spoolFile: createSpoolFile(join(dir, 'usage-spool.json')),
    intervalMs: interval,
    maxWaitingBytes: maxWaiting,
    clock,
    log,
  });
  return {
    record: tally.add,
    usage: {
      ...freshReader(store, shipping.ship),
      lost: shipping.lost,
      waitingBytes: () =>
        tally.windows.all().reduce((sum, window) => (window.isClean() ? sum : sum + window.bytes()), 0),
    },
    async close() {
      await shipping.close();
      await close();
    },
  };
}

const methods = {
  write: true,
  rollUp: true,
  purge: true,
  totals: true,
  series: true,
  operation: true,
  operations: true,
  coordinates: true,
  errors: true,
  field: true,
  limits: true,
  recent: true,
} as const satisfies Record<keyof UsageStore, true>;

/** Operations that were told apart at different times stay known for longer than there is room for them in a minute. */
const storedPerOperation = 10;

/** Has everything written before it asks. */
function freshReader(store: UsageReader, ship: () => Promise<void>): UsageReader {
  const fresh =
    <Question, Answer>(ask: (question: Question) => Promise<Answer>) =>
    async (question: Question): Promise<Answer> => {
      await ship();
      return await ask(question);
    };
  return {
    totals: fresh(store.totals),
    series: fresh(store.series),
    operation: fresh(store.operation),
    operations: store.operations,
    coordinates: store.coordinates,
    errors: store.errors,
    field: fresh(store.field),
    limits: fresh(store.limits),
    recent: fresh(store.recent),
  };
}
