import type { Kysely, Selectable } from 'kysely';
import type { RecordedError } from './lastErrors.ts';
import type { UsageTables } from './usageTables.ts';

/** An operation that was asked, whoever asked it. */
export interface RecordedOperation {
  /** Its signature's hash. */
  readonly id: string;
  readonly name: string | null;
  readonly kind: string;
  /** As its signature has it: sorted, without literals. */
  readonly text: string;
  readonly firstSeenMs: number;
  readonly lastSeenMs: number;
}

/** A schema coordinate that an operation uses. */
export interface RecordedCoordinate {
  readonly coordinate: string;
  readonly firstSeenMs: number;
  /** To the day. */
  readonly lastSeenMs: number;
}

/** The shortest beginning of an id that is looked up. */
const leastIdLength = 6;
const idsPerStatement = 500;

/** The one with this id, the beginning of one, or this name; of several the one asked last. */
export async function findOperation(
  database: Kysely<UsageTables>,
  sought: string,
): Promise<RecordedOperation | null> {
  const isIdLike = /^[0-9a-f]+$/.test(sought) && sought.length >= leastIdLength;
  const row = await database
    .selectFrom('usage_operations')
    .selectAll()
    .where((eb) => eb.or([eb('name', '=', sought), ...(isIdLike ? [eb('id', 'like', `${sought}%`)] : [])]))
    .orderBy('last_seen_ms', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row ? recorded(row) : null;
}

export async function readOperations(
  database: Kysely<UsageTables>,
  ids: readonly string[],
): Promise<readonly RecordedOperation[]> {
  const found: RecordedOperation[] = [];
  for (let from = 0; from < ids.length; from += idsPerStatement) {
    const some = ids.slice(from, from + idsPerStatement);
    const rows = await database.selectFrom('usage_operations').selectAll().where('id', 'in', some).execute();
    found.push(...rows.map(recorded));
  }
  return found;
}

/** By name. */
export async function readCoordinates(
  database: Kysely<UsageTables>,
  operation: string,
): Promise<readonly RecordedCoordinate[]> {
  const rows = await database
    .selectFrom('usage_coordinates')
    .selectAll()
    .where('operation', '=', operation)
    .orderBy('coordinate')
    .execute();
  return rows.map(({ coordinate, first_seen_ms, last_seen_ms }) => ({
    coordinate,
    firstSeenMs: Number(first_seen_ms),
    lastSeenMs: Number(last_seen_ms),
  }));
}

/** Newest first. */
export async function readErrors(
  database: Kysely<UsageTables>,
  { operation, first }: { readonly operation: string; readonly first: number },
): Promise<readonly RecordedError[]> {
  const rows = await database
    .selectFrom('usage_errors')
    .selectAll()
    .where('operation', '=', operation)
    .orderBy('at_ms', 'desc')
    .limit(first)
    .execute();
  return rows.map(({ at_ms, request_id, codes, subgraphs, ...row }) => ({
    ...row,
    atMs: Number(at_ms),
    requestId: request_id,
    codes: JSON.parse(codes) as string[],
    subgraphs: JSON.parse(subgraphs) as string[],
  }));
}

export function recorded(row: Selectable<UsageTables['usage_operations']>): RecordedOperation {
  const { id, name, kind, text, first_seen_ms, last_seen_ms } = row;
  return { id, name, kind, text, firstSeenMs: Number(first_seen_ms), lastSeenMs: Number(last_seen_ms) };
}
