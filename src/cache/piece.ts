import { type Entry, type EntryHead, type EntryValue, lifetimeMs } from './entry.ts';
import type { KeyGroup } from './itemKeys.ts';

/** What came for the items of a piece. */
export interface PieceContent {
  readonly head: EntryHead;
  tagsOf(item: string): readonly string[];
  /** Besides the items. */
  readonly bytes: number;
  /** One for each item, in their order. */
  values(): readonly EntryValue[];
}

/**
 * Items of one group that are asked for together. As long as the answer is on its way, whoever needs one of them waits for it. Then it is
 * kept in one piece, as it came: most of what is kept is never asked for again, and only what is gets taken apart into entries.
 */
export class Piece {
  readonly group: KeyGroup;
  readonly items: readonly string[];
  /** For whose supergraph it was asked: those of another one do not wait for it. */
  readonly owner: object;
  isPending = true;
  /** Where it is counted; null as long as it is nowhere. */
  place: { items: number; bytes: number } | null = null;
  #isEmptied = false;
  /** Of those who wait; nearly always nobody does. */
  #waiting: PromiseWithResolvers<void> | null = null;
  #content: PieceContent | null = null;
  #entries: readonly Entry[] | null = null;
  #byItem: ReadonlyMap<string, Entry> | null = null;

  constructor(group: KeyGroup, items: readonly string[], owner: object) {
    this.group = group;
    this.items = items;
    this.owner = owner;
  }

  /** Resolves when the answer is here, or will never be. */
  settled(): Promise<void> {
    if (!this.isPending) return Promise.resolve();
    this.#waiting ??= Promise.withResolvers();
    return this.#waiting.promise;
  }

  fill(content: PieceContent): void {
    this.#content = content;
  }

  /** Its answer came, or never will. */
  settle(): void {
    this.isPending = false;
    this.#waiting?.resolve();
    this.#waiting = null;
  }

  /** What came is elsewhere now; those who waited for it take it first. */
  async empty(): Promise<void> {
    this.#isEmptied = true;
    await null;
    this.#content = null;
    this.#entries = null;
    this.#byItem = null;
  }

  get isFilled(): boolean {
    return this.#content !== null && !this.#isEmptied;
  }

  /** Whether something is in it that may be of use. */
  isOfUse(nowMs: number): boolean {
    if (!this.#content || this.#isEmptied) return false;
    const { head } = this.#content;
    return head.madeAtMs + lifetimeMs(head) > nowMs;
  }

  get bytes(): number {
    return this.#content?.bytes ?? 0;
  }

  /** In the order of the items; none as long as there is no answer, or when it cannot be taken apart. */
  entries(): readonly Entry[] {
    if (!this.#content) return [];
    this.#entries ??= entriesOf(this.items, this.#content);
    return this.#entries;
  }

  entryOf(item: string): Entry | undefined {
    this.#byItem ??= new Map(this.entries().map((entry) => [entry.item, entry]));
    return this.#byItem.get(item);
  }
}

function entriesOf(items: readonly string[], { head, values, tagsOf }: PieceContent): readonly Entry[] {
  try {
    const read = values();
    if (read.length !== items.length) return [];
    return items.map((item, index) => ({ head, value: read[index] ?? 'null', item, tags: tagsOf(item) }));
  } catch (thrown) {
    // What nests too deep to be written is a miss for those who ask for it, and for what came with it.
    if (thrown instanceof RangeError) return [];
    throw thrown;
  }
}
