import Keyv from 'keyv';
import { LRUCache } from 'lru-cache';
import { ChurnMap } from '../base/churnMap.ts';
import type { Clock } from '../base/clock.ts';
import { type Entry, type EntryStore, lifetimeMs } from './entry.ts';
import { lengthOf } from './entryValue.ts';
import { findEntries } from './findEntries.ts';
import type { KeyGroup } from './itemKeys.ts';
import type { Piece } from './piece.ts';
import { Pieces } from './pieces.ts';

/** What an entry takes besides its texts, about: two hundred for the objects, two for its places in the list and among the items. */
const entryBytes = 400;
/** The part of all bytes that pieces may take. */
const pieceShare = 0.25;

/** What keyv wraps around a value. */
interface Held {
  readonly value?: Entry;
  /** Wall milliseconds. */
  readonly expires?: number;
}

interface MemoryStoreParts {
  readonly maxBytes: number;
  readonly clock: Clock;
}

/**
 * Answers in this process. They come in pieces, of which the oldest make room; when an item of one is asked for again, all of it become
 * entries, of which the one that was used longest ago makes room. So what is asked for once takes nothing from what is asked for often
 * (as in S3-FIFO, Yang and others, SOSP 2023), and costs next to nothing itself.
 */
export function createMemoryStore({ maxBytes, clock }: MemoryStoreParts): EntryStore {
  const pieces = new Pieces(maxBytes * pieceShare);
  /** Which items have entries: by the beginnings of their keys. */
  const items = new ChurnMap<string, ChurnMap<string, true>>();
  const held = new LRUCache<string, Held>({
    maxSize: Math.ceil(maxBytes * (1 - pieceShare)),
    maxEntrySize: Math.ceil(maxBytes / 4),
    sizeCalculation: ({ value }, key) => bytesOf(key, value),
    dispose({ value }, key, reason) {
      if (reason !== 'set' && value) forget(key.slice(0, key.length - value.item.length), value.item);
    },
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

  function forget(beginning: string, item: string): void {
    const known = items.get(beginning);
    known?.delete(item);
    if (known?.size === 0) items.delete(beginning);
  }
  function takeApart(piece: Piece): void {
    const { beginning } = piece.group;
    // As keyv would write each, but for a promise each.
    const nowMs = Date.now();
    for (const entry of piece.entries()) {
      const key = beginning + entry.item;
      held.set(key, { value: entry, expires: nowMs + lifetimeMs(entry.head) });
      if (!held.has(key)) continue;
      const known = items.get(beginning) ?? new ChurnMap();
      items.set(beginning, known);
      known.set(entry.item, true);
    }
    void piece.empty();
  }
  /** Keys of the entries there are, by the places of their items; null where nothing is here or on its way. */
  function keysOf(
    groups: readonly (KeyGroup | null)[],
    asked: readonly string[],
  ): Map<number, string> | null {
    const keys = new Map<number, string>();
    const nowMs = clock.wallMs();
    let isNew = true;
    let of: KeyGroup | null = null;
    let find: ReturnType<Pieces['finder']> = null;
    for (let at = 0; at < asked.length; at += 1) {
      const group = groups[at];
      const item = asked[at] ?? '';
      if (!group) continue;
      if (group !== of) find = pieces.finder(group);
      of = group;
      const piece = find?.(item);
      if (piece?.isPending) isNew = false;
      else if (piece?.isOfUse(nowMs)) takeApart(piece);
      if (!items.get(group.beginning)?.get(item)) continue;
      isNew = false;
      keys.set(at, group.beginning + item);
    }
    return isNew ? null : keys;
  }
  return {
    find(groups, asked) {
      const keys = keysOf(groups, asked);
      return keys && findEntries(keys, asked.length, (all) => keyv.getMany(all));
    },
    pending: (group, item, owner) => pieces.pending(group, item, owner),
    await: (piece) => pieces.put(piece),
    keep: (piece) => pieces.fill(piece),
    size: () => ({ entries: held.size + pieces.items, bytes: held.calculatedSize + pieces.bytes, maxBytes }),
    failures: () => 0,
    isInStep: () => true,
    async close() {
      pieces.clear();
      held.clear();
    },
  };
}

/** Two for a character: one is enough for most texts, but not for all. */
function bytesOf(key: string, entry: Entry | undefined): number {
  if (!entry) return entryBytes + 2 * key.length;
  return entryBytes + 2 * (key.length + lengthOf(entry.value) + entry.item.length);
}
