import type { PartTables } from '../storage/storage.ts';
import type { ExplainTables } from './explainTables.ts';
import type { Explanation } from './explanation.ts';

export interface StoredExplanation {
  readonly requestId: string;
  readonly atMs: number;
  readonly instance: string;
  /** An Explanation as JSON. */
  readonly told: string;
}

/** Explanations as they are kept. Everything throws STORE_UNAVAILABLE when the store is at fault. */
export interface ExplanationStore {
  /** Writing one again changes nothing. */
  write(explanations: readonly StoredExplanation[]): Promise<void>;
  /** All of this request id, newest first. */
  find(requestId: string): Promise<readonly Explanation[]>;
  /** The last ones, newest first. */
  last(first: number): Promise<readonly Explanation[]>;
  /** Deletes what is older, and the oldest of too many. */
  purge(bounds: { readonly sinceMs: number; readonly max: number }): Promise<void>;
}

/** Proxies that repeat a request id do so a few times. */
const maxOfOneId = 20;

export function createExplanationStore({ database }: PartTables<ExplainTables>): ExplanationStore {
  const newest = () => database.selectFrom('explanations').select('told').orderBy('at_ms', 'desc');
  const read = (rows: readonly { told: string }[]) => rows.map(({ told }) => JSON.parse(told) as Explanation);
  return {
    async write(explanations) {
      if (explanations.length === 0) return;
      const rows = explanations.map(({ requestId, atMs, ...rest }) => ({
        request_id: requestId,
        at_ms: atMs,
        ...rest,
      }));
      await database
        .insertInto('explanations')
        .values(rows)
        .onConflict((conflict) => conflict.columns(['request_id', 'at_ms', 'instance']).doNothing())
        .execute();
    },
    find: async (requestId) =>
      read(await newest().where('request_id', '=', requestId).limit(maxOfOneId).execute()),
    last: async (first) => read(await newest().limit(first).execute()),
    async purge({ sinceMs, max }) {
      await database.deleteFrom('explanations').where('at_ms', '<', sinceMs).execute();
      const excess = await database
        .selectFrom('explanations')
        .select('at_ms')
        .orderBy('at_ms', 'desc')
        .offset(max)
        .limit(1)
        .executeTakeFirst();
      if (excess) await database.deleteFrom('explanations').where('at_ms', '<=', excess.at_ms).execute();
    },
  };
}
