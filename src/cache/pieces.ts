import type { KeyGroup } from './itemKeys.ts';
import type { Piece } from './piece.ts';

/** By the beginnings of their keys, then by the items. */
type Generation = Map<string, Map<string, Piece>>;

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
  #younger: Generation = new Map();
  #older: Generation = new Map();
  #bytes = { younger: 0, older: 0 };
  #items = { younger: 0, older: 0 };

  /** Of both generations. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get bytes(): number {
    return this.#bytes.younger + this.#bytes.older;
  }

  get items(): number {
    return this.#items.younger + this.#items.older;
  }

  /** Finds the piece that an item of the group came in last, or will come in. */
  finder({ beginning }: KeyGroup): ((item: string) => Piece | undefined) | null {
    const younger = this.#younger.get(beginning);
    const older = this.#older.get(beginning);
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
    let ofGroup = this.#younger.get(group.beginning);
    if (!ofGroup) {
      ofGroup = new Map();
      this.#younger.set(group.beginning, ofGroup);
    }
    let length = 0;
    for (const item of items) {
      ofGroup.set(item, piece);
      length += item.length;
    }
    this.#items.younger += items.length;
    this.#grow(pieceBytes + 2 * length + itemBytes * items.length);
  }

  /** An answer came for it, which takes so much besides its items. */
  fill({ bytes }: Piece): void {
    this.#grow(bytes);
  }

  clear(): void {
    this.#younger = new Map();
    this.#older = new Map();
    this.#bytes = { younger: 0, older: 0 };
    this.#items = { younger: 0, older: 0 };
  }

  #grow(bytes: number): void {
    this.#bytes.younger += bytes;
    if (this.#bytes.younger <= this.#maxBytes / 2) return;
    this.#older = this.#younger;
    this.#younger = new Map();
    this.#bytes = { younger: 0, older: this.#bytes.younger };
    this.#items = { younger: 0, older: this.#items.younger };
  }
}
