import type { KeyGroup } from './itemKeys.ts';
import { Piece } from './piece.ts';

/** A piece that is asked for, together with others perhaps. */
export interface AskedPiece {
  readonly piece: Piece;
  /** Which of all that is asked for are its own; null when all are. */
  readonly indices: readonly number[] | null;
}

/** One piece for each group among the items at these places; those without one are in none. */
export function piecesOf(
  { groups, items }: { groups: readonly (KeyGroup | null)[]; items: readonly string[] },
  at: readonly number[],
  owner: object,
): readonly AskedPiece[] {
  const [first = 0] = at;
  const group = groups[first] ?? null;
  if (at.every((place) => groups[place] === group)) {
    if (!group) return [];
    const own = at.length === items.length ? items : at.map((place) => items[place] ?? '');
    return [{ piece: new Piece(group, own, owner), indices: null }];
  }
  const byGroup = new Map<KeyGroup, number[]>();
  for (const [index, place] of at.entries()) {
    const one = groups[place];
    if (one && byGroup.get(one)?.push(index) === undefined) byGroup.set(one, [index]);
  }
  return [...byGroup].map(([one, indices]) => ({
    piece: new Piece(
      one,
      indices.map((index) => items[at[index] ?? -1] ?? ''),
      owner,
    ),
    indices,
  }));
}
