import type { Clock } from '../base/clock.ts';
import type { EntryStore } from './entryStore.ts';
import { findEntries } from './findEntries.ts';
import { HeldEntries } from './heldEntries.ts';
import type { KeyGroup } from './itemKeys.ts';
import type { Piece } from './piece.ts';
import { Pieces } from './pieces.ts';

/** The part of all bytes that pieces may take. */
const pieceShare = 0.25;
/** The part that one entry may take. */
const entryShare = 0.25;

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
  const held = new HeldEntries({
    maxBytes: maxBytes * (1 - pieceShare),
    maxEntryBytes: maxBytes * entryShare,
  });

  function takeApart(piece: Piece): void {
    held.add(piece.group.beginning, piece.entries());
    void piece.empty();
  }
  /** Keys of the entries there are, by the places of their items; null where nothing is here or on its way. */
  function keysOf(
    groups: readonly (KeyGroup | null)[],
    items: readonly string[],
  ): ReadonlyMap<number, string> | null {
    const keys = new Map<number, string>();
    const nowMs = clock.wallMs();
    let isNew = true;
    let of: KeyGroup | null = null;
    let find: ReturnType<Pieces['finder']> = null;
    for (let at = 0; at < items.length; at += 1) {
      const group = groups[at];
      const item = items[at] ?? '';
      if (!group) continue;
      if (group !== of) find = pieces.finder(group);
      of = group;
      const piece = find?.(item);
      if (piece?.isPending) isNew = false;
      else if (piece?.isOfUse(nowMs)) {
        pieces.leave(piece);
        takeApart(piece);
      }
      if (!held.itemsOf(group.beginning)?.get(item)) continue;
      isNew = false;
      keys.set(at, group.beginning + item);
    }
    return isNew ? null : keys;
  }
  return {
    find(groups, items) {
      const keys = keysOf(groups, items);
      return keys && findEntries(keys, items.length, (all) => held.getMany(all));
    },
    pending: (group, item, owner) => pieces.pending(group, item, owner),
    await: (piece) => pieces.put(piece),
    keep(piece) {
      // One of these would drive out all others.
      if (piece.bytes > pieces.maxPieceBytes) takeApart(piece);
      else pieces.fill(piece);
    },
    size: () => ({ entries: held.size + pieces.items, bytes: held.bytes + pieces.bytes, maxBytes }),
    failures: () => 0,
    isInStep: () => true,
    async close() {
      pieces.clear();
      held.clear();
    },
  };
}
