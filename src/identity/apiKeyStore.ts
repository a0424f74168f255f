import type { Kysely, Selectable } from 'kysely';
import type { ApiKey, Consumer } from '../model/apiKeys.ts';
import type { PartTables } from '../storage/storage.ts';
import type { IdentityTables } from './identityTables.ts';

type KeyRow = Selectable<IdentityTables['identity_keys']>;
type ConsumerRow = Selectable<IdentityTables['identity_consumers']>;

/** A stored key with the consumer it belongs to; without an id where there is none of the id that was asked for. */
export interface StoredKey
  extends Pick<KeyRow, 'consumer' | 'hash' | 'secret_name' | 'expires_at_ms' | 'revoked_at_ms'> {
  readonly id: string | null;
  readonly plan: string | null;
  readonly scopes: readonly string[];
  readonly suspended: boolean;
}

/** Stands in where there is no key; no secret has this hash. */
const nobody = { name: '', scopes: '["as:long", "as:others"]', hash: '0'.repeat(64) };

/** All that is stored. */
export interface ApiKeyRows {
  readonly consumers: readonly ConsumerRow[];
  readonly keys: readonly KeyRow[];
}

/** The tables of consumers and keys, within one change or outside of any. */
export interface ApiKeyStore {
  revision(): Promise<number>;
  key(id: string): Promise<StoredKey>;
  /** By name; null for one there is not. */
  consumer(name: string, nowMs: number): Promise<Consumer | null>;
  consumers(nowMs: number): Promise<readonly Consumer[]>;
  putConsumer(consumer: Pick<Consumer, 'name' | 'plan' | 'scopes'>): Promise<void>;
  setSuspended(name: string, atMs: number | null): Promise<void>;
  addKey(key: KeyRow): Promise<void>;
  /** Of one key or all of a consumer's; those that were revoked before stay as they are. Gives how many it met. */
  revoke(consumer: string, id: string | null, atMs: number): Promise<number>;
  rows(): Promise<ApiKeyRows>;
  putRows(rows: ApiKeyRows): Promise<void>;
  /** One change at a time, whoever makes it; after it others see that something changed. */
  change<Result>(work: (store: ApiKeyStore) => Promise<Result>): Promise<Result>;
}

export function createApiKeyStore({ database, change }: PartTables<IdentityTables>): ApiKeyStore {
  return {
    async revision() {
      const row = await database.selectFrom('identity_revision').select('revision').executeTakeFirst();
      return row?.revision ?? 0;
    },
    async key(id) {
      // Always one row, read like any other: that there is none of an id takes as long to find as that there is one.
      const row = await database
        .selectFrom('identity_revision')
        .leftJoin('identity_keys', (join) => join.on('identity_keys.id', '=', id))
        .leftJoin('identity_consumers', 'identity_consumers.name', 'identity_keys.consumer')
        .selectAll(['identity_keys', 'identity_consumers'])
        .executeTakeFirst();
      return {
        id: row?.id ?? null,
        consumer: row?.consumer ?? nobody.name,
        hash: row?.hash ?? nobody.hash,
        secret_name: row?.secret_name ?? '',
        expires_at_ms: row?.expires_at_ms ?? null,
        revoked_at_ms: row?.revoked_at_ms ?? null,
        plan: row?.plan ?? null,
        scopes: JSON.parse(row?.scopes ?? nobody.scopes),
        suspended: (row?.suspended_at_ms ?? null) !== null,
      };
    },
    async consumer(name, nowMs) {
      const [found] = await readConsumers(database, { name, nowMs });
      return found ?? null;
    },
    consumers: (nowMs) => readConsumers(database, { name: null, nowMs }),
    async putConsumer({ name, plan, scopes }) {
      const settled = { plan, scopes: JSON.stringify(scopes) };
      await database
        .insertInto('identity_consumers')
        .values({ name, ...settled, suspended_at_ms: null })
        .onConflict((conflict) => conflict.column('name').doUpdateSet(settled))
        .execute();
    },
    async setSuspended(name, atMs) {
      await database
        .updateTable('identity_consumers')
        .set({ suspended_at_ms: atMs })
        .where('name', '=', name)
        .execute();
    },
    async addKey(key) {
      await database.insertInto('identity_keys').values(key).execute();
    },
    async revoke(consumer, id, atMs) {
      let query = database
        .updateTable('identity_keys')
        .set(({ fn, ref, val }) => ({ revoked_at_ms: fn.coalesce(ref('revoked_at_ms'), val(atMs)) }))
        .where('consumer', '=', consumer);
      if (id !== null) query = query.where('id', '=', id);
      const { numUpdatedRows } = await query.executeTakeFirst();
      return Number(numUpdatedRows);
    },
    rows: async () => ({
      consumers: await database.selectFrom('identity_consumers').selectAll().orderBy('name').execute(),
      keys: await database.selectFrom('identity_keys').selectAll().orderBy('id').execute(),
    }),
    async putRows({ consumers: named, keys }) {
      for (const row of named) await database.insertInto('identity_consumers').values(row).execute();
      for (const row of keys) await database.insertInto('identity_keys').values(row).execute();
    },
    change: (work) =>
      change(async (transaction) => {
        const within = { database: transaction, change: refuseInner };
        const result = await work(createApiKeyStore(within));
        await transaction
          .updateTable('identity_revision')
          .set(({ eb }) => ({ revision: eb('revision', '+', 1) }))
          .execute();
        return result;
      }),
  };
}

/** A transaction begun within one would wait for it. */
async function refuseInner(): Promise<never> {
  throw new Error('A change of API keys was begun within another');
}

async function readConsumers(
  database: Kysely<IdentityTables>,
  { name, nowMs }: { name: string | null; nowMs: number },
): Promise<readonly Consumer[]> {
  let named = database.selectFrom('identity_consumers').selectAll().orderBy('name');
  let keyed = database.selectFrom('identity_keys').selectAll().orderBy('created_at_ms', 'desc').orderBy('id');
  if (name !== null) {
    named = named.where('name', '=', name);
    keyed = keyed.where('consumer', '=', name);
  }
  const keys = Map.groupBy(await keyed.execute(), (row) => row.consumer);
  return (await named.execute()).map((row) => consumerOf(row, keys.get(row.name) ?? [], nowMs));
}

function consumerOf(row: ConsumerRow, keys: readonly KeyRow[], nowMs: number): Consumer {
  return {
    name: row.name,
    plan: row.plan,
    scopes: JSON.parse(row.scopes),
    suspended: row.suspended_at_ms !== null,
    keys: keys.map((key) => keyOf(key, nowMs)),
  };
}

function keyOf(row: KeyRow, nowMs: number): ApiKey {
  return {
    id: row.id,
    state: stateOf(row, nowMs),
    author: row.author,
    createdAtMs: row.created_at_ms,
    expiresAtMs: row.expires_at_ms,
  };
}

export function stateOf(
  { revoked_at_ms: revokedAtMs, expires_at_ms: expiresAtMs }: Pick<KeyRow, 'revoked_at_ms' | 'expires_at_ms'>,
  nowMs: number,
): ApiKey['state'] {
  if (revokedAtMs !== null) return 'revoked';
  return expiresAtMs !== null && nowMs >= expiresAtMs ? 'expired' : 'active';
}
