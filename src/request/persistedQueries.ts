import Keyv from 'keyv';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { SluiceError } from '../base/errors.ts';
import { durationBetween } from '../base/quantity.ts';
import { sha256 } from '../base/sha256.ts';
import type { OperationRequest } from '../model/operation.ts';

export const persistedQueriesOptions = z.strictObject({
  enabled: z
    .boolean()
    .default(true)
    .describe('Automatic persisted queries: clients send a hash in place of the text.'),
  max: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(10_000)
    .describe(
      'Most texts kept; the least recently used goes first, so a flood of new ones costs bounded memory.',
    ),
  ttl: durationBetween('1s', '365d')
    .prefault('24h')
    .describe('How long a text is kept; a client sends it again after a miss.'),
});

/** Of all texts kept: their number alone would bound nothing, since comments make a text as long as a body may be. */
const maxCharacters = 32 * 1024 * 1024;

export interface PersistedQueries {
  /** The text that was asked for: the one sent, or the one known under the hash sent. Null when neither was. */
  textOf(asked: OperationRequest): Promise<string | null>;
  /** Remembers the text of a request that came with its hash; for documents that turned out valid. */
  keep(asked: OperationRequest): Promise<void>;
}

/** Automatic persisted queries as Apollo's clients speak them (`extensions.persistedQuery`, version 1). */
export function createPersistedQueries(options: z.output<typeof persistedQueriesOptions>): PersistedQueries {
  const texts = new Keyv<string>({
    store: boundedStore(options.max),
    throwOnErrors: true, // Otherwise a store at fault would only look empty.
    ttl: options.ttl,
    namespace: 'persisted',
  });
  return {
    async textOf(asked) {
      const hash = hashOf(asked);
      if (hash === null) return asked.query;
      if (!options.enabled) {
        // The text that Apollo's clients look for before they stop sending hashes.
        throw new SluiceError('PERSISTED_QUERY_NOT_FOUND', 'PersistedQueryNotSupported');
      }
      if (asked.query !== null) {
        if (sha256(asked.query) !== hash) {
          throw new SluiceError(
            'BAD_REQUEST',
            'The sha256Hash of extensions.persistedQuery is not that of the query sent with it.',
          );
        }
        return asked.query;
      }
      const text = await texts.get(hash);
      // A store may be shared one day: what it holds is believed only when it is what the hash says.
      if (text !== undefined && sha256(text) === hash) return text;
      throw new SluiceError('PERSISTED_QUERY_NOT_FOUND', 'PersistedQueryNotFound', {
        headers: { 'cache-control': 'private, no-cache, must-revalidate' },
      });
    },
    async keep(asked) {
      const hash = options.enabled ? hashOf(asked) : null;
      if (hash !== null && asked.query !== null) await texts.set(hash, asked.query);
    },
  };
}

function hashOf(asked: OperationRequest): string | null {
  const extension = asked.extensions.persistedQuery;
  if (extension === undefined || extension === null) return null;
  const { version, sha256Hash } = Object(extension) as { version?: unknown; sha256Hash?: unknown };
  if (version !== 1) {
    throw new SluiceError(
      'BAD_REQUEST',
      `extensions.persistedQuery.version is ${JSON.stringify(version)}; allowed: 1.`,
    );
  }
  if (typeof sha256Hash !== 'string' || !/^[0-9a-f]{64}$/.test(sha256Hash)) {
    throw new SluiceError(
      'BAD_REQUEST',
      'extensions.persistedQuery.sha256Hash has to be a SHA-256 in lower-case hex.',
    );
  }
  return sha256Hash;
}

/** An LRU as keyv wants a store: keyv passes a TTL where this LRU takes its options. */
function boundedStore(max: number) {
  const kept = new LRUCache<string, string>({
    max,
    maxSize: maxCharacters,
    sizeCalculation: (text) => text.length,
  });
  return {
    get: (key: string) => kept.get(key),
    set: (key: string, value: string) => void kept.set(key, value),
    delete: (key: string) => kept.delete(key),
    clear: () => kept.clear(),
  };
}
