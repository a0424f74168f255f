import type { Kysely } from 'kysely';
import { otherName } from '../base/boundedNames.ts';
import type { Period } from './period.ts';
import { aligned, piecesOf, readResolutions } from './piecesOf.ts';
import { readMeasure, type SumsFilter } from './readTotals.ts';
import { type RecordedOperation, readOperations } from './recordedOperation.ts';
import type { UsageTables } from './usageTables.ts';

export interface FieldQuestion {
  /** The coordinate, and those it is also asked under: the same field of interfaces its type has. */
  readonly coordinates: readonly string[];
  readonly period: Period;
}

/** Who uses a part of the schema. */
export interface FieldAnswer {
  readonly period: Period;
  /** From all time that is kept; null when nobody has ever used it. */
  readonly firstSeenMs: number | null;
  readonly lastSeenMs: number | null;
  /** Those that were asked in the period, the busiest first. */
  readonly operations: readonly FieldUser[];
  /** Since when there are records. */
  readonly recordedSinceMs: number | null;
  /** Operations asked in the period of which nobody knows what they were: too many different ones at once. */
  readonly unknownCalls: number;
}

export interface FieldUser {
  readonly operation: RecordedOperation;
  readonly calls: number;
  readonly clients: readonly FieldClient[];
}

export interface FieldClient {
  readonly client: string;
  readonly version: string;
  readonly calls: number;
}

export async function askField(
  database: Kysely<UsageTables>,
  { coordinates, period: asked }: FieldQuestion,
): Promise<FieldAnswer> {
  const resolutions = await readResolutions(database);
  const period = aligned(asked, resolutions);
  const uses = await database
    .selectFrom('usage_coordinates')
    .selectAll()
    .where('coordinate', 'in', coordinates)
    .execute();
  // A coordinate's last day is told to the day, an operation's calls are the proof for the rest of the period.
  const users = uses.filter(({ last_seen_ms }) => Number(last_seen_ms) >= period.fromMs - dayOfGraceMs);
  const ids = [...new Set(users.map(({ operation }) => operation))];
  const filter: SumsFilter = {
    kind: 'operationClient',
    one: ids,
    pieces: piecesOf(period, resolutions),
  };
  const calls = await readMeasure(database, filter, { by: ['one', 'two', 'three'], column: 'calls' });
  const wanted = new Set(ids);
  const ofUsers = [...calls.values()].filter(({ names: [id = ''] }) => wanted.has(id));
  const byOperation = Map.groupBy(ofUsers, ({ names: [id = ''] }) => id);
  const operations = (await readOperations(database, [...byOperation.keys()])).map((operation) => {
    const clients = (byOperation.get(operation.id) ?? []).map(
      ({ names: [, client = '', version = ''], worth }) => ({
        client,
        version,
        calls: worth,
      }),
    );
    clients.sort((one, other) => other.calls - one.calls);
    return { operation, clients, calls: clients.reduce((sum, each) => sum + each.calls, 0) };
  });
  const seen = uses.map(
    ({ first_seen_ms, last_seen_ms }) => [Number(first_seen_ms), Number(last_seen_ms)] as const,
  );
  return {
    period,
    firstSeenMs: seen.length > 0 ? Math.min(...seen.map(([first]) => first)) : null,
    lastSeenMs: seen.length > 0 ? Math.max(...seen.map(([, last]) => last)) : null,
    operations: operations.sort((one, other) => other.calls - one.calls),
    recordedSinceMs: await recordedSince(database),
    unknownCalls: await callsOf(database, { ...filter, kind: 'operation', one: [otherName] }),
  };
}

/** Coordinates are noted when they are first met on a day, by UTC. */
const dayOfGraceMs = 86_400_000;

async function callsOf(database: Kysely<UsageTables>, filter: SumsFilter): Promise<number> {
  const calls = await readMeasure(database, filter, { by: ['one'], column: 'calls' });
  return [...calls.values()].reduce((sum, { worth }) => sum + worth, 0);
}

export async function recordedSince(database: Kysely<UsageTables>): Promise<number | null> {
  const { first } = await database
    .selectFrom('usage_operations')
    .select((eb) => eb.fn.min('first_seen_ms').as('first'))
    .executeTakeFirstOrThrow();
  return first === null ? null : Number(first);
}
