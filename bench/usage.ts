/**
 * How long questions about a month of usage take, of a thousand operations and two hundred clients, by the admin API: on SQLite and on
 * Postgres, one that is there (DATABASE_URL, an empty database) or one of its own. The budget is 200 ms.
 *
 *     node bench/usage.ts [sqlite|postgres] [FOLDER]     # a folder keeps what SQLite was filled with, for the next time
 *
 * Each question is asked ten times; the figures are the median, the least, the first and the longest, in milliseconds, as a client waits
 * for them; the last is the median of the CPU time that this process took, for machines on which others work too.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { argv, cpuUsage, env, stdout } from 'node:process';
import { sql } from 'kysely';
import { usageMigrations } from '../src/analytics/usageMigrations.ts';
import { sumsTables, type UsageTables } from '../src/analytics/usageTables.ts';
import { systemClock } from '../src/base/clock.ts';
import { suggestionQuery } from '../src/cli/limitsYaml.ts';
import { usageQueries } from '../src/cli/usageQueries.ts';
import { openStorage, storageOptions, tablesOf } from '../src/storage/storage.ts';
import { silentLog } from '../test/support/silentLog.ts';
import { startPostgres } from '../test/support/startPostgres.ts';
import { startSubgraph } from '../test/support/startSubgraph.ts';
import { startTestGateway } from '../test/support/startTestGateway.ts';
import { fillUsage } from './usageData.ts';

const times = 10;
const monthSeconds = 30 * 86_400;
const list = { lastSeconds: monthSeconds, first: 20 };
const questions: ReadonlyArray<readonly [what: string, query: string, variables: object]> = [
  ['operations by calls', usageQueries.operations, { ...list, order: 'CALLS' }],
  ['operations by p95', usageQueries.operations, { ...list, order: 'P95' }],
  ['one operation', usageQueries.operation, { lastSeconds: monthSeconds, name: 'Operation7' }],
  ['one client', usageQueries.client, { ...list, order: 'CALLS', name: 'client-7' }],
  ['one consumer', usageQueries.consumer, { ...list, order: 'CALLS', name: 'consumer-7' }],
  ['one subgraph', usageQueries.subgraph, { ...list, order: 'CALLS', name: 'subgraph-7' }],
  ['one field', usageQueries.field, { lastSeconds: monthSeconds, name: 'Query.field7' }],
  ['limits suggest', suggestionQuery, { lastSeconds: monthSeconds }],
];

async function ask(
  adminUrl: string,
  query: string,
  variables: object,
): Promise<readonly [ms: number, cpuMs: number]> {
  const [startedMs, before] = [performance.now(), cpuUsage()];
  const response = await fetch(`${adminUrl}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  const { errors } = (await response.json()) as { errors?: object[] };
  if (errors) throw new Error(JSON.stringify(errors));
  const { user, system } = cpuUsage(before);
  return [performance.now() - startedMs, (user + system) / 1000];
}

async function measure(name: string, url: string, folder: string): Promise<void> {
  const parts = {
    folder,
    file: 'usage.db',
    clock: systemClock,
    log: silentLog,
    migrations: [usageMigrations],
  };
  const storage = openStorage(storageOptions.parse({ url, dir: folder }), parts);
  const startedMs = performance.now();
  const tables = tablesOf<UsageTables>(storage, usageMigrations);
  const isFilled = (await tables.database.selectFrom('usage_kept').selectAll().execute()).length > 0;
  const rows = isFilled ? 0 : await fillUsage(tables, Date.now());
  // As upkeep does every ten minutes, and a Postgres by itself within one.
  const tidying = storage.kind === 'postgres' ? sql`vacuum (analyze)` : sql`analyze`;
  for (const table of sumsTables) await sql`${tidying} ${sql.table(table)}`.execute(storage.database);
  await storage.close();
  stdout.write(
    `${name}: ${rows} rows, written in ${((performance.now() - startedMs) / 1000).toFixed(0)} s\n`,
  );
  const subgraph = await startSubgraph('books', { sdl: 'type Query { book: String }' });
  const gateway = await startTestGateway({
    subgraphs: [subgraph],
    settings: { storage: { url, dir: folder } },
  });
  for (const [what, query, variables] of questions) {
    const taken: (readonly [ms: number, cpuMs: number])[] = [];
    for (let time = 0; time < times; time += 1) taken.push(await ask(gateway.adminUrl, query, variables));
    const [inOrder, cpu] = [0, 1].map((at) =>
      taken.map((each) => each[at] ?? 0).sort((one, other) => one - other),
    );
    const figures = [inOrder?.[times >> 1], inOrder?.[0], taken[0]?.[0], inOrder?.at(-1), cpu?.[times >> 1]];
    const shown = figures.map((ms) => (ms ?? 0).toFixed(0).padStart(6));
    stdout.write(`  ${what.padEnd(22)} ${shown.join('')}\n`);
  }
  await gateway.stop();
  await subgraph.stop();
}

const [kept] = argv.slice(3);
const folder = kept ?? (await mkdtemp(join(tmpdir(), 'sluice-usage-')));
if (argv[2] !== 'postgres') await measure('SQLite', `sqlite:${folder}`, folder);
if (argv[2] !== 'sqlite') {
  const own = env.DATABASE_URL ? null : await startPostgres();
  const url = env.DATABASE_URL ?? own?.url;
  if (!url) throw new Error(`There is no Postgres: ${own?.missing}`);
  await measure('Postgres', url, folder);
  await own?.end();
}
if (kept === undefined) await rm(folder, { recursive: true });
