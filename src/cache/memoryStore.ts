import Keyv from 'keyv';
import { LRUCache } from 'lru-cache';
import { type Entry, type EntryStore, lifetimeMs } from './entry.ts';
import { lengthOf } from './entryValue.ts';

/** What an entry takes besides its texts, about: two hundred for the objects, a hundred for its place in the list. */
const entryBytes = 300;

/** What keyv wraps around a value. */
interface Held {
  readonly value?: Entry;
  /** Wall milliseconds. */
  readonly expires?: number;
}

/** Entries in this process: what was used longest ago makes room. Keyv asks it for many at once, without a promise for each. */
export function createMemoryStore({ maxBytes }: { readonly maxBytes: number }): EntryStore {
  const held = new LRUCache<string, Held>({
    maxSize: maxBytes,
    maxEntrySize: Math.ceil(maxBytes / 4),
    sizeCalculation: ({ value }, key) => bytesOf(key, value),
  });
  const store = {
    get: (key: string) => held.get(key),
    getMany: (keys: string[]) => keys.map((key) => held.get(key)),
    set: (key: string, value: Held) => void held.set(key, value),
    delete: (key: string) => held.delete(key),
    clear: () => held.clear(),
  };
  // Kept as they are: what would serialize them for another process has nothing to do here.
  const asTheyAre = { serialize: undefined, deserialize: undefined } as object;
  const keyv = new Keyv<Entry>({ store, useKeyPrefix: false, ...asTheyAre });
  return {
    getMany: (keys) => keyv.getMany([...keys]) as Promise<(Entry | undefined)[]>,
    set(entries) {
      // As keyv would write each, but for a promise each.
      const nowMs = Date.now();
      for (const { key, entry } of entries)
        held.set(key, { value: entry, expires: nowMs + lifetimeMs(entry.head) });
    },
    size: () => ({ entries: held.size, bytes: held.calculatedSize, maxBytes }),
    failures: () => 0,
    isInStep: () => true,
    close: async () => held.clear(),
  };
}

/** Two for a character: one is enough for most texts, but not for all. */
function bytesOf(key: string, entry: Entry | undefined): number {
  if (!entry) return entryBytes + 2 * key.length;
  return entryBytes + 2 * (key.length + lengthOf(entry.value) + entry.item.length);
}
