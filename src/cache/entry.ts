import type { HeaderBack } from '../model/headerBack.ts';
import type { KeyGroup } from './itemKeys.ts';
import type { Piece } from './piece.ts';

/** What the entries of one response have in common. */
export interface EntryHead {
  readonly subgraph: string;
  /** All types that may be in it; its own first. */
  readonly types: readonly string[];
  /** Headers of the response that go back to the client. */
  readonly back: readonly HeaderBack[];
  /** When its subgraph made it; wall milliseconds. */
  readonly madeAtMs: number;
  readonly freshMs: number;
  /** How long after that it may be used while a new one is fetched. */
  readonly staleWhileMs: number;
  /** How long after that it may be used when its subgraph fails. */
  readonly staleErrorMs: number;
  /** The latest purge that was known before it was asked for, and of which count of purges. */
  readonly purge: number;
  readonly era: string;
}

/** One entity, or the data of one fetch from the root, as it is kept. */
export interface Entry {
  readonly head: EntryHead;
  /** What came: its JSON text, or itself where it holds plain values only. */
  readonly value: EntryValue;
  /** The representation it was asked by; empty for a fetch from the root. */
  readonly item: string;
  readonly tags: readonly string[];
}

export type EntryValue = string | FlatValue;
export type FlatValue = Readonly<Record<string, string | number | boolean | null>>;

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

/** How long an entry is of any use. */
export function lifetimeMs({ freshMs, staleWhileMs, staleErrorMs }: EntryHead): number {
  return freshMs + Math.max(staleWhileMs, staleErrorMs);
}
