import { randomUUID } from 'node:crypto';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../model/log.ts';
import type { PartTables } from '../storage/storage.ts';
import type { AdminTables } from './adminTables.ts';
import type { GatewayEvent } from './gatewayEvents.ts';
import type { LiveFeed } from './liveFeed.ts';

export interface RecordedEvent extends GatewayEvent {
  /** Whether it happened to this process; otherwise to another one on this store, or an earlier one. */
  readonly isHere: boolean;
}

/** What happened to all gateways on the store, and before this one was started. */
export interface EventHistory {
  /** The newest first; of this process alone while the store is away. */
  last(first: number): Promise<readonly RecordedEvent[]>;
  /** Resolves when what happened is written, or cannot be. */
  close(): Promise<void>;
}

export interface EventHistoryParts {
  readonly feed: Pick<LiveFeed, 'events' | 'onEvent'>;
  readonly tables: PartTables<AdminTables>;
  readonly clock: Pick<Clock, 'wallMs'>;
  readonly log: Pick<Log, 'warn'>;
}

const keptMs = 30 * 86_400_000;
/** Of all gateways. A breaker that opens and closes all day must not fill the store. */
const maxKept = 5000;
/** That wait for the store; older ones are let go of. */
const maxWaiting = 500;

export function createEventHistory({ feed, tables, clock, log }: EventHistoryParts): EventHistory {
  const { database } = tables;
  /** Names this process. */
  const source = randomUUID();
  let count = 0;
  let waiting: (GatewayEvent & { readonly number: number })[] = [];
  let writing: Promise<void> | null = null;
  feed.onEvent((event) => {
    count += 1;
    waiting = [...waiting.slice(1 - maxWaiting), { ...event, number: count }];
    void write();
  });

  /** One batch at a time; what happens meanwhile is in the next one. */
  async function writeAll(): Promise<void> {
    while (waiting.length > 0) {
      const taken = waiting;
      await append(
        tables,
        taken.map(({ atMs: at_ms, ...event }) => ({ at_ms, source, ...event })),
        clock.wallMs() - keptMs,
      );
      waiting = waiting.filter((event) => !taken.includes(event));
    }
  }

  function write(): Promise<void> {
    writing ??= writeAll()
      .catch((err: unknown) =>
        log.warn({ err }, 'what happened to this gateway cannot be written; it will be tried again'),
      )
      .finally(() => {
        writing = null;
      });
    return writing;
  }

  return {
    async last(first) {
      await write();
      // What the store did not take is known here, and what it has is not told twice.
      if (waiting.length > 0) return ownOnly();
      try {
        const rows = await database
          .selectFrom('admin_events')
          .selectAll()
          .orderBy('at_ms', 'desc')
          .orderBy('number', 'desc')
          .limit(first)
          .execute();
        return rows.map(({ at_ms, kind, subgraph, text, source: by }) => ({
          atMs: Number(at_ms),
          kind,
          subgraph,
          text,
          isHere: by === source,
        }));
      } catch (err) {
        log.warn({ err }, 'what happened to other gateways cannot be read');
        return ownOnly();
      }
    },
    async close() {
      feed.onEvent(() => undefined);
      await write();
    },
  };

  function ownOnly(): readonly RecordedEvent[] {
    return feed.events().map((event) => ({ ...event, isHere: true }));
  }
}

async function append(
  { change }: PartTables<AdminTables>,
  rows: readonly AdminTables['admin_events'][],
  sinceMs: number,
): Promise<void> {
  await change(async (transaction) => {
    await transaction
      .insertInto('admin_events')
      .values(rows)
      .onConflict((conflict) => conflict.columns(['source', 'number']).doNothing())
      .execute();
    const excess = await transaction
      .selectFrom('admin_events')
      .select('at_ms')
      .orderBy('at_ms', 'desc')
      .offset(maxKept)
      .limit(1)
      .executeTakeFirst();
    const oldestMs = Math.max(sinceMs, Number(excess?.at_ms ?? 0));
    await transaction.deleteFrom('admin_events').where('at_ms', '<=', oldestMs).execute();
  });
}
