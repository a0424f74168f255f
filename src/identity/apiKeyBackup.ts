import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256 } from '../base/sha256.ts';
import { writeDurably } from '../base/writeDurably.ts';
import type { Log } from '../model/log.ts';
import type { ApiKeyRows, ApiKeyStore } from './apiKeyStore.ts';

/** Consumers and keys once more, beside the store: a store that is lost or moved aside must not lock every consumer out. */
export interface ApiKeyBackup {
  /** Puts back what is in the file into a store that has never had a key. Does so once; again when it failed. */
  restore(): Promise<void>;
  /** Writes down what the store has now. Does not throw: the change itself is made. */
  keep(): Promise<void>;
}

/** For a store with backups of its own, and others who change keys in it: what is in a file here could bring back what they revoked. */
export const withoutBackup: ApiKeyBackup = { restore: async () => undefined, keep: async () => undefined };

interface ApiKeyBackupParts {
  readonly store: ApiKeyStore;
  readonly dir: string;
  readonly log: Log;
}

export function createApiKeyBackup({ store, dir, log }: ApiKeyBackupParts): ApiKeyBackup {
  const path = join(dir, 'api-keys.json');
  let restoring: Promise<void> | null = null;

  async function restoreInto(): Promise<void> {
    if ((await store.revision()) > 0) return;
    const rows = await readRows(path, log);
    if (!rows) return;
    await store.change(async (changing) => {
      if ((await changing.revision()) === 0) await changing.putRows(rows);
    });
    log.warn(
      { keys: rows.keys.length },
      'The store had no API keys: they were put back from those beside it',
    );
  }

  return {
    async restore() {
      restoring ??= restoreInto();
      try {
        await restoring;
      } catch (failure) {
        restoring = null;
        throw failure;
      }
    },
    async keep() {
      try {
        const rows = JSON.stringify(await store.rows());
        await writeDurably(path, `${sha256(rows)}\n${rows}\n`);
      } catch (failure) {
        log.error({ err: failure }, 'The API keys could not be written down beside the store');
      }
    },
  };
}

/** Null when there is none, or none that is whole. */
async function readRows(path: string, log: Log): Promise<ApiKeyRows | null> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (failure) {
    if (!(failure instanceof Error && 'code' in failure && failure.code === 'ENOENT'))
      log.error({ err: failure }, 'The API keys beside the store cannot be read');
    return null;
  }
  const [checksum, rows = ''] = text.split('\n');
  if (sha256(rows) === checksum) return JSON.parse(rows) as ApiKeyRows;
  log.error({ path }, 'The API keys beside the store are damaged, and not used');
  return null;
}
