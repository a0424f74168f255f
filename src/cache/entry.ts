import type { HeaderBack } from '../model/headerBack.ts';

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

/** How long an entry is of any use. */
export function lifetimeMs({ freshMs, staleWhileMs, staleErrorMs }: EntryHead): number {
  return freshMs + Math.max(staleWhileMs, staleErrorMs);
}
