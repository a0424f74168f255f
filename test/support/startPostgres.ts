import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A Postgres that whoever has it may stop, or why there is none. */
export interface PostgresServer {
  /** Of its administrator; null when there is none. */
  readonly url: string | null;
  /** PEM; who trusts it may ask for `sslmode=verify-full` at localhost. */
  readonly certificate: string | null;
  readonly missing: string | null;
  /** Lets it end, at once, and begin again where it was. */
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Ends it for good and removes what it wrote. */
  end(): Promise<void>;
}

interface Said {
  readonly url?: string;
  readonly certificate?: string;
  readonly missing?: string;
}

/** Starts a Postgres in a process of its own, which ends with this one, however that ends. */
export async function startPostgres(): Promise<PostgresServer> {
  const script = fileURLToPath(new URL('./runPostgres.ts', import.meta.url));
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const closed = once(child, 'close');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const hear = async (): Promise<string> => (await lines.next()).value ?? '{"missing":"it ended"}';
  const order = async (word: string): Promise<void> => {
    child.stdin.write(`${word}\n`);
    await hear();
  };
  const said: Said = JSON.parse(await hear());
  return {
    url: said.url ?? null,
    certificate: said.certificate ?? null,
    missing: said.missing ?? null,
    stop: () => order('stop'),
    start: () => order('start'),
    async end() {
      child.stdin.end();
      await closed;
    },
  };
}
