/**
 * Admin: everything the registry can do, and the API keys of consumers, as GraphQL over HTTP on a port of its own
 * (`POST http://127.0.0.1:4100/graphql`), with `/metrics`, the console and what it watches (`/live`) beside it. The command line and the
 * console are its clients; it never sees a client's request.
 *
 * Who may use it: on loopback without tokens whoever is on this machine, but no page in its browser (Host and Origin are checked);
 * with tokens whoever shows one, and as far as its role goes (mutationRules.ts says it for each field, guardResolvers.ts sees to it).
 * Bound to anything but loopback without tokens it refuses to start. Every change is written down (audit.ts), refused ones too.
 *
 *   const admin = createAdmin(adminOptions.parse({}), { registry, source, planning, apiKeys, fetchSdl, status, storage, clock, log });
 *   const { url } = await admin.listen(); // 'http://127.0.0.1:4100'
 */

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Clock } from '../base/clock.ts';
import { SluiceError } from '../base/errors.ts';
import type { Log } from '../model/log.ts';
import type { Metrics } from '../observability/observability.ts';
import { type Storage, tablesOf } from '../storage/storage.ts';
import { createAdminEndpoint } from './adminEndpoint.ts';
import { createAdminListener } from './adminListener.ts';
import { createAdminMetrics } from './adminMetrics.ts';
import type { AdminOptions } from './adminOptions.ts';
import { type AdminResolverParts, createAdminResolvers } from './adminResolvers.ts';
import { adminSchema } from './adminSchema.ts';
import { type AdminTables, adminMigrations } from './adminTables.ts';
import { createAdmission } from './admission.ts';
import { createAudit } from './audit.ts';
import { createAuditResolvers } from './auditResolvers.ts';
import type { ConsoleFiles } from './consoleFiles.ts';
import { createConsoleSessions } from './consoleSessions.ts';
import { createEventHistory } from './eventHistory.ts';
import { createEventResolvers } from './eventResolvers.ts';
import { exposureFault } from './exposureFault.ts';
import { createFailedTokens } from './failedTokens.ts';
import { guardResolvers } from './guardResolvers.ts';
import { listenOn } from './listenOn.ts';

export { type AdminOptions, adminOptions } from './adminOptions.ts';
export type { AdminStatus } from './adminStatus.ts';
export { adminMigrations } from './adminTables.ts';
export { createConsoleFiles } from './consoleFiles.ts';
export { type FetchSdl, fetchSdl } from './fetchSdl.ts';
export { createLiveFeed, type LiveFeed } from './liveFeed.ts';

/** What it needs of others; see each field's own type. */
export interface AdminParts extends AdminResolverParts {
  /** Null where nothing is counted. */
  readonly metrics: Metrics | null;
  readonly consoleFiles: ConsoleFiles;
  /** Opened with `adminMigrations`. */
  readonly storage: Pick<Storage, 'database' | 'change'>;
  readonly clock: Clock;
  readonly log: Log;
}

export interface Admin {
  /** Starts to listen; the URL has no path: `http://127.0.0.1:4100`. BAD_USER_INPUT when the address cannot be had. */
  listen(): Promise<{ url: string }>;
  /** Where the gateway takes operations, once it does; for the console's explorer. */
  setEndpoint(url: string): void;
  /** Called when settings change: tokens, and how long the audit is kept, from now on; where it listens takes a restart. */
  reconfigure(options: AdminOptions): void;
  /** Takes no new requests, lets those in flight finish for a while, then ends them. */
  close(): Promise<void>;
}

/** Room for several subgraphs' SDL in one publish, which compresses well. */
const bodyLimits = { maxBytes: 8 * 1024 ** 2, maxRatio: 100, timeoutMs: 30_000, idleTimeoutMs: 10_000 };
const headersTimeoutMs = 10_000;
const requestTimeoutMs = 30_000;
const closeGraceMs = 5_000;

export function createAdmin(options: AdminOptions, parts: AdminParts): Admin {
  const fault = exposureFault(options);
  if (fault) throw new SluiceError('BAD_USER_INPUT', `admin.host: ${fault}`);
  const { storage, clock, log } = parts;
  let current = options;
  const tables = tablesOf<AdminTables>(storage, adminMigrations);
  const audit = createAudit({ tables, keepMs: () => current.audit.keep, clock, log });
  const schema = adminSchema();
  const history = createEventHistory({ feed: parts.feed, tables, clock, log });
  const resolvers = {
    ...createAdminResolvers(parts),
    ...createAuditResolvers(audit),
    ...createEventResolvers(history),
  };
  const answerGraphql = createAdminEndpoint({
    schema,
    resolvers: guardResolvers(resolvers, { schema, audit }),
    log,
  });
  const sessions = createConsoleSessions({ clock });
  const admitting = {
    failedTokens: createFailedTokens({ clock }),
    sessionOf: sessions.digestOf,
    log,
  };
  let admission = createAdmission(options.tokens, admitting);
  const ending = new AbortController();
  let endpoint: string | null = null;
  const listener = createAdminListener({
    admission: () => admission,
    answerGraphql,
    answerMetrics: createAdminMetrics(parts.metrics),
    consoleFiles: parts.consoleFiles,
    sessions,
    feed: parts.feed,
    endpoint: () => endpoint,
    ends: ending.signal,
    bodyLimits,
    clock,
    log,
  });
  const server = createServer(
    { headersTimeout: headersTimeoutMs, requestTimeout: requestTimeoutMs },
    listener,
  );
  server.on('checkContinue', listener); // Who asks first whether to send their body is refused without it.

  return {
    listen: () => listenOn(server, options),
    setEndpoint(url) {
      endpoint = url;
    },
    reconfigure(next) {
      // Where it is bound stays until the restart, and so must the tokens that guard it there.
      const isBoundOpen = exposureFault({ host: options.host, tokens: next.tokens }) !== null;
      if (isBoundOpen)
        log.warn({}, 'Others reach the admin: its tokens stay until it is restarted on another admin.host');
      current = isBoundOpen ? { ...next, tokens: current.tokens } : next;
      admission = createAdmission(current.tokens, admitting);
      parts.feed.noteSettings();
    },
    async close() {
      await history.close();
      if (!server.listening) return;
      const closed = once(server, 'close');
      ending.abort(); // Who watches would watch for ever.
      server.close();
      const grace = setTimeout(() => server.closeAllConnections(), closeGraceMs);
      try {
        await closed;
      } finally {
        clearTimeout(grace);
      }
    },
  };
}
