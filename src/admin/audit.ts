import type { Clock } from '../base/clock.ts';
import type { Log } from '../model/log.ts';
import type { PartTables } from '../storage/storage.ts';
import type { AdminTables } from './adminTables.ts';
import type { AuditedChange } from './auditedChange.ts';

export interface AuditEntry extends AuditedChange {
  readonly id: number;
  readonly atMs: number;
}

export interface AuditPage {
  readonly first: number;
  /** The id of the entry to go on from, to older ones. */
  readonly after?: number;
  /** Only what this one asked for, and only this mutation. */
  readonly by?: string;
  readonly action?: string;
}

/** Who changed what: a line in the log and a row in the store for each change. */
export interface Audit {
  /** Does not reject: the change is made, or refused, whether or not it can be written down. */
  note(change: AuditedChange): Promise<void>;
  /** Newest first. */
  read(page: AuditPage): Promise<readonly AuditEntry[]>;
}

export interface AuditParts {
  readonly tables: PartTables<AdminTables>;
  /** How long entries are kept, in milliseconds; asked each time. */
  readonly keepMs: () => number;
  readonly clock: Pick<Clock, 'wallMs'>;
  readonly log: Pick<Log, 'info' | 'error'>;
}

/** What is kept of a name that somebody sent, and of all that they asked. */
const maxNameLength = 500;
const maxDetailsLength = 20_000;

export function createAudit({ tables, keepMs, clock, log }: AuditParts): Audit {
  const { database, change: changeTables } = tables;

  /** One at a time, so that ids have no gaps. The newest is never removed, or counting would begin anew. */
  async function write({ details, requestId, ...change }: AuditedChange): Promise<number> {
    const nowMs = clock.wallMs();
    const row = { ...change, at_ms: nowMs, request_id: requestId, details: JSON.stringify(details) };
    return await changeTables(async (transaction) => {
      const newest = await transaction
        .selectFrom('admin_audit')
        .select(({ fn }) => fn.max('id').as('id'))
        .executeTakeFirst();
      const id = (newest?.id ?? 0) + 1;
      await transaction
        .deleteFrom('admin_audit')
        .where('at_ms', '<', nowMs - keepMs())
        .execute();
      await transaction
        .insertInto('admin_audit')
        .values({ ...row, id })
        .execute();
      return id;
    });
  }

  return {
    async note(asked) {
      const change = shortened(asked);
      try {
        const id = await write(change);
        log.info({ id, ...change }, 'admin change');
      } catch (failure) {
        log.error({ ...change, err: failure }, 'admin change, which could not be written to the audit');
      }
    },
    async read({ first, after, by, action }) {
      let query = database.selectFrom('admin_audit').selectAll().orderBy('id', 'desc').limit(first);
      if (after !== undefined) query = query.where('id', '<', after);
      if (by !== undefined) query = query.where('by', '=', by);
      if (action !== undefined) query = query.where('action', '=', action);
      const rows = await query.execute();
      return rows.map(({ at_ms: atMs, request_id: requestId, details, ...row }) => ({
        ...row,
        atMs,
        requestId,
        details: JSON.parse(details),
      }));
    },
  };
}

/** Names come from outside: they may be long, and hold what no store takes or no terminal should get. */
function shortened({ target, details, ...change }: AuditedChange): AuditedChange {
  const text = target.toWellFormed().replace(/\p{Cc}/gu, '\ufffd');
  const isLong = JSON.stringify(details).length > maxDetailsLength;
  return {
    ...change,
    target: text.length > maxNameLength ? `${text.slice(0, maxNameLength)}…` : text,
    details: isLong ? { leftOut: 'they were too long to be kept' } : details,
  };
}
