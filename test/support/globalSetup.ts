import { execFileSync } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { type PostgresServer, startPostgres } from './startPostgres.ts';

/** The one Postgres of a test run; started when the first test file asks for it, ended by globalTeardown.ts. */
export interface PostgresOfRun {
  readonly listening: Server;
  started: Promise<PostgresServer> | null;
}

declare global {
  var postgresOfRun: PostgresOfRun | undefined;
}

/** Test files run in processes of their own and ask for it over HTTP. `DATABASE_URL` names one that is there already. */
export default async function globalSetup(): Promise<void> {
  // Of a gateway's start in a test, a third is compiling what its threads load, each time anew.
  process.env.NODE_COMPILE_CACHE ??= fileURLToPath(
    new URL('../../node_modules/.cache/compiled', import.meta.url),
  );
  // As `sluice serve` has it; what graphql-js does for developers is a tenth of the time of random operations.
  process.env.NODE_ENV = 'production';
  // Once, before test files at the same time would: the console that the admin serves.
  const prepare = fileURLToPath(new URL('../../console/prepare.ts', import.meta.url));
  execFileSync(process.execPath, [prepare, '--stale'], { stdio: 'inherit' });
  const listening = createServer((_asked, answer) => {
    answer.setHeader('connection', 'close');
    void serverOfRun().then(({ url, certificate, missing }) => {
      answer.end(JSON.stringify({ url, certificate, missing }));
    });
  });
  const run: PostgresOfRun = { listening, started: null };
  globalThis.postgresOfRun = run;
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  process.env.SLUICE_POSTGRES_OF_RUN = `http://127.0.0.1:${(listening.address() as AddressInfo).port}/`;

  async function serverOfRun(): Promise<Pick<PostgresServer, 'url' | 'certificate' | 'missing'>> {
    const { DATABASE_URL: url } = process.env;
    if (url) return { url, certificate: null, missing: null };
    run.started ??= begin();
    return await run.started;
  }
}

async function begin(): Promise<PostgresServer> {
  const server = await startPostgres();
  if (server.missing !== null)
    process.stderr.write(
      `Tests on Postgres are skipped, since none can be started here: ${server.missing}\n`,
    );
  return server;
}
