import type { RecordedUse, RecordedUses } from '../model/recordedUse.ts';
import type { BrokenOperation, OperationsReport, SchemaChange } from '../model/registry.ts';
import type { HashedSdl } from './composeJob.ts';
import type { Composer } from './composer.ts';

/** What clients asked lately. Whoever records that fills it in. */
export interface RecentUse {
  /** The operations asked in a period, the busiest first; throws STORE_UNAVAILABLE. */
  recent(question: {
    readonly period: { readonly fromMs: number; readonly untilMs: number };
    readonly first: number;
  }): Promise<RecordedUses>;
}

/** A composed change, as it is held against operations. */
export interface CheckedChange {
  readonly before: HashedSdl;
  readonly after: HashedSdl;
  readonly changes: readonly SchemaChange[];
}

export interface CheckOperationsParts {
  readonly recentUse: RecentUse;
  readonly composer: Pick<Composer, 'faultsOf'>;
  readonly options: { readonly since: number; readonly operations: number };
  readonly nowMs: number;
}

/**
 * Which of the operations that clients asked lately a change would break: those that do not fit the schema any more, and those that
 * still fit and yet use a field whose type changes, or an enum value or input field that goes, by what their variables held.
 */
export async function checkOperations(
  change: CheckedChange,
  { recentUse, composer, options, nowMs }: CheckOperationsParts,
): Promise<OperationsReport> {
  const sinceMs = nowMs - options.since;
  const { uses, count, recordedSinceMs, unknownCalls } = await recentUse.recent({
    period: { fromMs: sinceMs, untilMs: nowMs },
    first: options.operations,
  });
  const known = {
    sinceMs,
    checked: uses.length,
    unchecked: count - uses.length,
    recordedSinceMs,
    unknownCalls,
  };
  if (uses.length === 0) return { ...known, broken: [] };
  const texts = uses.map(({ text }) => text);
  const faults = await composer.faultsOf(texts, change);
  const broken = uses.flatMap((use, index): BrokenOperation[] => {
    const reasons = [...(faults[index] ?? []), ...reasonsOf(use, change.changes)];
    if (reasons.length === 0) return [];
    const { id, name, calls, lastSeenMs, clients } = use;
    return [{ id, name, calls, lastSeenMs, clients, reasons: [...new Set(reasons)] }];
  });
  return { ...known, broken };
}

function reasonsOf({ coordinates }: RecordedUse, changes: readonly SchemaChange[]): readonly string[] {
  const used = new Set(coordinates);
  return changes
    .filter((change) => change.severity === 'BREAKING' && breaks(change, used))
    .map(({ message }) => message);
}

/** Validation sees what is missing in a document. What it cannot see are types of answers, and what variables hold. */
function breaks({ kind, coordinate }: SchemaChange, used: ReadonlySet<string>): boolean {
  if (coordinate === null) return false;
  switch (kind) {
    case 'FIELD_TYPE_CHANGED':
    case 'ENUM_VALUE_REMOVED':
    case 'INPUT_FIELD_REMOVED':
    case 'TYPE_KIND_CHANGED':
      return used.has(coordinate);
    // A value of the type may lack a field that has to be there from now on.
    case 'INPUT_FIELD_ADDED':
    case 'INPUT_FIELD_TYPE_CHANGED':
      return used.has(coordinate.replace(/\..*$/, ''));
    default:
      return false;
  }
}
