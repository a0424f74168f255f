import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SluiceError } from '../../src/base/errors.ts';
import {
  createIdentity,
  type Identity,
  identityMigrations,
  identityOptions,
} from '../../src/identity/identity.ts';
import type { Log } from '../../src/model/log.ts';
import type { Session } from '../../src/model/session.ts';
import { openStorage, type Storage, storageOptions } from '../../src/storage/storage.ts';
import { createManualClock, type ManualClock } from '../support/manualClock.ts';

/** What became of a caller: a session, or the refusal as the client and the log get it. */
export type Verdict =
  | { readonly session: Session }
  | {
      readonly code: string;
      readonly message: string;
      readonly challenge: string | undefined;
      /** For the log. */
      readonly reason: unknown;
    };

export interface TestIdentity {
  readonly identity: Identity;
  readonly clock: ManualClock;
  readonly storage: Storage;
  readonly dir: string;
  /** What `storage.url` says. */
  readonly url: string;
  /** Lines so far, as JSON. */
  readonly logged: () => string;
  /** What becomes of these headers. */
  show(headers: Record<string, string>): Promise<Verdict>;
  bearer(token: string): Promise<Verdict>;
  /** The same at once; null when something has to be waited for. */
  bearerNow(token: string): Verdict | null;
  close(): Promise<void>;
}

interface Options {
  /** The folder of another one, to share its store if that is SQLite. */
  readonly dir?: string;
  /** A store elsewhere. */
  readonly url?: string;
  readonly development?: boolean;
  readonly clock?: ManualClock;
}

/** An identity part over a store in a temporary folder, with a clock that stands. */
export async function startIdentity(
  settings: Record<string, unknown> = {},
  options: Options = {},
): Promise<TestIdentity> {
  const { development = false, clock = createManualClock() } = options;
  const dir = options.dir ?? (await mkdtemp(join(tmpdir(), 'sluice-identity-')));
  const { url = `sqlite:${dir}` } = options;
  let logged = '';
  const write = (fields: object, message: string) => {
    logged += `${JSON.stringify({ ...fields, err: String((fields as { err?: unknown }).err), message })}\n`;
  };
  const log: Log = { debug: write, info: write, warn: write, error: write };
  const migrations = [identityMigrations];
  const storage = openStorage(storageOptions.parse({ url, dir }), {
    clock,
    log,
    migrations,
  });
  const parts = { storage, dir, development, clock, log };
  const identity = await createIdentity(identityOptions.parse(settings), parts);
  const identify = (headers: Record<string, string>) =>
    identity.identify({ headers, signal: new AbortController().signal });
  const show = async (headers: Record<string, string>): Promise<Verdict> => {
    try {
      return { session: await identify(headers) };
    } catch (thrown) {
      return refused(thrown);
    }
  };
  return {
    identity,
    clock,
    storage,
    dir,
    url,
    logged: () => logged,
    show,
    bearer: (token) => show({ authorization: `Bearer ${token}` }),
    bearerNow(token) {
      try {
        const session = identify({ authorization: `Bearer ${token}` });
        if (!(session instanceof Promise)) return { session };
        session.catch(() => undefined);
        return null;
      } catch (thrown) {
        return refused(thrown);
      }
    },
    async close() {
      await identity.close();
      await storage.close();
      if (options.dir === undefined) await rm(dir, { recursive: true, force: true });
    },
  };
}

function refused(thrown: unknown): Verdict {
  if (!(thrown instanceof SluiceError)) throw thrown;
  const { code, message, headers, detail: reason } = thrown;
  return { code, message, challenge: headers['www-authenticate'], reason };
}
