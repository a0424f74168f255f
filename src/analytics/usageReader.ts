import type { Kysely } from 'kysely';
import type { RecordedUses } from '../model/recordedUse.ts';
import { askField, type FieldAnswer, type FieldQuestion } from './askField.ts';
import { askLimits, type LimitsAnswer } from './askLimits.ts';
import { askRecent } from './askRecent.ts';
import { askSeries, type SeriesAnswer, type SeriesQuestion } from './askSeries.ts';
import { askTotals, type TotalsAnswer, type TotalsQuestion } from './askTotals.ts';
import type { RecordedError } from './lastErrors.ts';
import type { Period } from './period.ts';
import {
  findOperation,
  type RecordedCoordinate,
  type RecordedOperation,
  readCoordinates,
  readErrors,
  readOperations,
} from './recordedOperation.ts';
import type { UsageTables } from './usageTables.ts';

/** What can be asked of the store. Everything throws STORE_UNAVAILABLE when the store is at fault. */
export interface UsageReader {
  /** Sums of one kind by their names, and of the period before. */
  totals(question: TotalsQuestion): Promise<TotalsAnswer>;
  /** One of them over time. */
  series(question: SeriesQuestion): Promise<SeriesAnswer>;
  /** The operation of an id, the beginning of one, or a name; null when nobody asked it. */
  operation(sought: string): Promise<RecordedOperation | null>;
  operations(ids: readonly string[]): Promise<readonly RecordedOperation[]>;
  coordinates(operation: string): Promise<readonly RecordedCoordinate[]>;
  /** Newest first. */
  errors(question: { readonly operation: string; readonly first: number }): Promise<readonly RecordedError[]>;
  field(question: FieldQuestion): Promise<FieldAnswer>;
  limits(question: { readonly period: Period }): Promise<LimitsAnswer>;
  recent(question: { readonly period: Period; readonly first: number }): Promise<RecordedUses>;
}

export function createUsageReader(database: Kysely<UsageTables>): UsageReader {
  return {
    totals: (question) => askTotals(database, question),
    series: (question) => askSeries(database, question),
    operation: (sought) => findOperation(database, sought),
    operations: (ids) => readOperations(database, ids),
    coordinates: (operation) => readCoordinates(database, operation),
    errors: (question) => readErrors(database, question),
    field: (question) => askField(database, question),
    limits: (question) => askLimits(database, question),
    recent: (question) => askRecent(database, question),
  };
}
