import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { readOrCreate } from '../base/readOrCreate.ts';
import { createKeyedHash, type KeyedHash } from './keyedHash.ts';

/** The hash of API keys: with the secret of the settings, else with one that is made once and kept in `dir`. */
export function createApiKeySecret(dir: string): { hash(settled: string | undefined): Promise<KeyedHash> } {
  let made: Promise<string> | null = null;
  return {
    async hash(settled) {
      if (settled !== undefined) return createKeyedHash(settled);
      made ??= readOrCreate(join(dir, 'api-keys.secret'), () => randomBytes(32).toString('base64'));
      try {
        return createKeyedHash(await made);
      } catch (failure) {
        made = null; // tried again by the next one
        throw failure;
      }
    },
  };
}
