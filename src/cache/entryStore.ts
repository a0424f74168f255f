import type { Entry } from './entry.ts';
import type { KeyGroup } from './itemKeys.ts';
import type { Piece } from './piece.ts';

/** Where entries are kept. A store that fails gives nothing and takes nothing; it never rejects. */
export interface EntryStore {
  /** The entries of items, in their order; null where none of them is here or on its way. */
  find(
    groups: readonly (KeyGroup | null)[],
    items: readonly string[],
  ): Promise<readonly (Entry | undefined)[]> | null;
  /** The piece that an item will come in, for those of one supergraph. */
  pending(group: KeyGroup | null | undefined, item: string, owner: object): Piece | null;
  /** A piece is asked for. */
  await(piece: Piece): void;
  /** What came in it is kept. */
  keep(piece: Piece): void;
  /** Of the memory store. */
  size(): { readonly entries: number; readonly bytes: number; readonly maxBytes: number };
  failures(): number;
  /** Whether all that was thrown away is known. */
  isInStep(): boolean;
  close(): Promise<void>;
}
