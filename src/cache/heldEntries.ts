import Keyv from 'keyv';
import { LRUCache } from 'lru-cache';
import { ChurnMap } from '../base/churnMap.ts';
import { type Entry, lifetimeMs } from './entry.ts';
import { lengthOf } from './entryValue.ts';

/** What an entry takes besides its texts, about: two hundred for the objects, two for its places in the list and among the items. */
const entryBytes = 400;

/** What keyv wraps around a value. */
interface Held {
  readonly value?: Entry;
  /** Wall milliseconds. */
  readonly expires?: number;
}

/** Entries in this process, of which the one that was used longest ago makes room. */
export class HeldEntries {
  /** Those of which there are entries: by the beginnings of their keys. */
  readonly #items = new ChurnMap<string, ChurnMap<string, true>>();
  readonly #held: LRUCache<string, Held>;
  readonly #keyv: Keyv<Entry>;

  constructor({ maxBytes, maxEntryBytes }: { readonly maxBytes: number; readonly maxEntryBytes: number }) {
    const held = new LRUCache<string, Held>({
      maxSize: Math.ceil(maxBytes),
      maxEntrySize: Math.ceil(maxEntryBytes),
      sizeCalculation: ({ value }, key) => bytesOf(key, value),
      dispose: ({ value }, key, reason) => {
        if (reason !== 'set' && value) this.#forget(key, value);
      },
    });
    const store = {
      get: (key: string) => held.get(key),
      // Keyv asks for many at once, without a promise for each.
      getMany: (keys: string[]) => keys.map((key) => held.get(key)),
      set: (key: string, value: Held) => void held.set(key, value),
      delete: (key: string) => held.delete(key),
      clear: () => held.clear(),
    };
    // Kept as they are: what would serialize them for another process has nothing to do here.
    const asTheyAre = { serialize: undefined, deserialize: undefined } as object;
    this.#held = held;
    this.#keyv = new Keyv<Entry>({ store, useKeyPrefix: false, ...asTheyAre });
  }

  get size(): number {
    return this.#held.size;
  }

  get bytes(): number {
    return this.#held.calculatedSize;
  }

  /** Of a group's items, by the beginning of their keys, those that have entries. */
  itemsOf(beginning: string): { get(item: string): true | undefined } | undefined {
    return this.#items.get(beginning);
  }

  getMany(keys: string[]): Promise<(Entry | undefined)[]> {
    return this.#keyv.getMany(keys);
  }

  /** As keyv would write each, but for a promise each. */
  add(beginning: string, entries: readonly Entry[]): void {
    const nowMs = Date.now();
    for (const entry of entries) {
      const key = beginning + entry.item;
      this.#held.set(key, { value: entry, expires: nowMs + lifetimeMs(entry.head) });
      if (!this.#held.has(key)) {
        // Too large; the one before it is gone, too.
        this.#forget(key, entry);
        continue;
      }
      const items = this.#items.get(beginning) ?? new ChurnMap();
      this.#items.set(beginning, items);
      items.set(entry.item, true);
    }
  }

  clear(): void {
    this.#held.clear();
  }

  #forget(key: string, { item }: Entry): void {
    const beginning = key.slice(0, key.length - item.length);
    const items = this.#items.get(beginning);
    items?.delete(item);
    if (items?.size === 0) this.#items.delete(beginning);
  }
}

/** Two for a character: one is enough for most texts, but not for all. */
function bytesOf(key: string, entry: Entry | undefined): number {
  if (!entry) return entryBytes + 2 * key.length;
  return entryBytes + 2 * (key.length + lengthOf(entry.value) + entry.item.length);
}
