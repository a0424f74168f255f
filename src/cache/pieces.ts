import type { KeyGroup } from './itemKeys.ts';
import type { Piece } from './piece.ts';

/** What was put here in one stretch of time. */
class Generation {
  /** By the beginnings of their keys, then by the items. */
  readonly groups = new Map<string, Map<string, Piece>>();
  bytes = 0;
  /** Of which an answer is here. */
  items = 0;
}

/** What a piece takes besides its texts, about. */
const pieceBytes = 1200;
/** What an item takes besides its text: the head of a string, and its place here. */
const itemBytes = 120;

/**
 * Where items are that are asked for, or came lately. There are two generations: whatever comes is put into the younger one, and when that
 * is full the older one is forgotten as a whole. So nothing is done for each of the items that nobody asks for again but to note it once.
 */
export class Pieces {
  readonly #maxBytes: number;
  #younger = new Generation();
  #older = new Generation();

  /** Of both generations. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** What fits into one generation. */
  get maxPieceBytes(): number {
    return this.#maxBytes / 2;
  }

  get bytes(): number {
    return this.#younger.bytes + this.#older.bytes;
  }

  get items(): number {
    return this.#younger.items + this.#older.items;
  }

  /** Finds the piece that an item of the group came in last, or will come in. */
  finder({ beginning }: KeyGroup): ((item: string) => Piece | undefined) | null {
    const younger = this.#younger.groups.get(beginning);
    const older = this.#older.groups.get(beginning);
    if (younger && older) return (item) => younger.get(item) ?? older.get(item);
    const only = younger ?? older;
    return only ? (item) => only.get(item) : null;
  }

  /** The piece that an item will come in, for those of one supergraph. */
  pending(group: KeyGroup | null | undefined, item: string, owner: object): Piece | null {
    const piece = group ? this.finder(group)?.(item) : undefined;
    return piece?.isPending && piece.owner === owner ? piece : null;
  }

  /** From now on its items are found in it. */
  put(piece: Piece): void {
    const { items, group } = piece;
    const { groups } = this.#younger;
    let ofGroup = groups.get(group.beginning);
    if (!ofGroup) {
      ofGroup = new Map();
      groups.set(group.beginning, ofGroup);
    }
    let length = 0;
    for (const item of items) {
      ofGroup.set(item, piece);
      length += item.length;
    }
    piece.place = this.#younger;
    this.#grow(this.#younger, pieceBytes + 2 * length + itemBytes * items.length);
  }

  /** An answer came for it, which takes so much besides its items. */
  fill({ place, bytes, items }: Piece): void {
    if (!place) return;
    place.items += items.length;
    this.#grow(place, bytes);
  }

  /** Its answer is elsewhere now. */
  leave({ place, bytes, items }: Piece): void {
    if (!place) return;
    place.items -= items.length;
    place.bytes -= bytes;
  }

  clear(): void {
    this.#younger = new Generation();
    this.#older = new Generation();
  }

  /** Of a generation that is forgotten already nobody counts anything. */
  #grow(generation: Pick<Generation, 'bytes'>, bytes: number): void {
    generation.bytes += bytes;
    if (this.#younger.bytes <= this.#maxBytes / 2 && this.bytes <= this.#maxBytes) return;
    this.#older = this.#younger;
    this.#younger = new Generation();
  }
}
