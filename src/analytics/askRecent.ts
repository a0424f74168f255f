import type { Kysely } from 'kysely';
import { otherName } from '../base/boundedNames.ts';
import type { RecordedClient, RecordedUses } from '../model/recordedUse.ts';
import { recordedSince } from './askField.ts';
import { unknownOperation } from './namedOperations.ts';
import { dayMs, type Period } from './period.ts';
import { aligned, piecesOf, readResolutions } from './piecesOf.ts';
import { readLastStarts, readMeasure, type SumsFilter } from './readTotals.ts';
import { readOperations } from './recordedOperation.ts';
import type { UsageTables } from './usageTables.ts';

const idsPerStatement = 500;

/** The operations asked in a period, the busiest first, with all that is known of who needs them. */
export async function askRecent(
  database: Kysely<UsageTables>,
  { period: asked, first }: { readonly period: Period; readonly first: number },
): Promise<RecordedUses> {
  const resolutions = await readResolutions(database);
  const period = aligned(asked, resolutions);
  const filter: SumsFilter = { kind: 'operation', pieces: piecesOf(period, resolutions) };
  const calls = await readMeasure(database, filter, { by: ['one'], column: 'calls' });
  const callsOf = new Map([...calls].map(([id, { worth }]) => [id, worth]));
  const unknownCalls = callsOf.get(otherName) ?? 0;
  for (const name of [otherName, unknownOperation]) callsOf.delete(name);
  const ids = [...callsOf]
    .sort(([, one], [, other]) => other - one)
    .slice(0, first)
    .map(([id]) => id);
  const clients = await readClients(database, { ...filter, kind: 'operationClient', one: ids });
  const coordinates = await readCoordinatesOf(database, ids, period.fromMs - dayMs);
  const operations = await readOperations(database, ids);
  const uses = operations
    .map(({ id, name, text, lastSeenMs }) => ({
      ...{ id, name, text, lastSeenMs },
      calls: callsOf.get(id) ?? 0,
      coordinates: coordinates.get(id) ?? [],
      clients: (clients.get(id) ?? []).sort((one, other) => other.calls - one.calls),
    }))
    .sort((one, other) => other.calls - one.calls);
  return { uses, count: callsOf.size, unknownCalls, recordedSinceMs: await recordedSince(database) };
}

async function readClients(
  database: Kysely<UsageTables>,
  filter: SumsFilter,
): Promise<ReadonlyMap<string, RecordedClient[]>> {
  const by = ['one', 'two', 'three'] as const;
  const lastOf = await readLastStarts(database, filter, by);
  const found = new Map<string, RecordedClient[]>();
  for (const [key, { names, worth: calls }] of await readMeasure(database, filter, { by, column: 'calls' })) {
    const [id = '', name = '', version = ''] = names;
    const client = { name, version, calls, lastSeenMs: lastOf.get(key) ?? 0 };
    found.set(id, [...(found.get(id) ?? []), client]);
  }
  return found;
}

async function readCoordinatesOf(
  database: Kysely<UsageTables>,
  ids: readonly string[],
  sinceMs: number,
): Promise<ReadonlyMap<string, string[]>> {
  const found = new Map<string, string[]>();
  for (let from = 0; from < ids.length; from += idsPerStatement) {
    const rows = await database
      .selectFrom('usage_coordinates')
      .select(['operation', 'coordinate'])
      .where('operation', 'in', ids.slice(from, from + idsPerStatement))
      .where('last_seen_ms', '>=', sinceMs)
      .execute();
    for (const { operation, coordinate } of rows) {
      const known = found.get(operation);
      if (known) known.push(coordinate);
      else found.set(operation, [coordinate]);
    }
  }
  return found;
}
