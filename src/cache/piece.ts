import type { Variables } from '../model/fetchCache.ts';
import { type Entry, type EntryHead, type EntryValue, lifetimeMs } from './entry.ts';
import { fetchTags, type TagFormats } from './fetchTags.ts';
import type { KeyGroup } from './itemKeys.ts';

/** What came for the items of a piece. */
export interface PieceContent {
  readonly head: EntryHead;
  readonly tags: TagFormats;
  readonly variables: Variables;
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
    await null;
    this.#content = null;
    this.#entries = null;
    this.#byItem = null;
  }

  get isFilled(): boolean {
    return this.#content !== null;
  }

  /** Whether something is in it that may be of use. */
  isOfUse(nowMs: number): boolean {
    if (!this.#content) return false;
    const { head } = this.#content;
    return head.madeAtMs + lifetimeMs(head) > nowMs;
  }

  get bytes(): number {
    return this.#content?.bytes ?? 0;
  }

  /** In the order of the items; none as long as there is no answer. */
  entries(): readonly Entry[] {
    if (!this.#content) return [];
    this.#entries ??= entriesOf(this, this.#content);
    return this.#entries;
  }

  entryOf(item: string): Entry | undefined {
    this.#byItem ??= new Map(this.entries().map((entry) => [entry.item, entry]));
    return this.#byItem.get(item);
  }
}

const noTags: readonly string[] = [];

function entriesOf(
  { items, group }: Pick<Piece, 'items' | 'group'>,
  { head, values, tags: formats, variables }: PieceContent,
): readonly Entry[] {
  const { policy } = group;
  const read = values();
  return items.map((item, index) => {
    const tags = formats.size === 0 ? noTags : fetchTags(formats, { policy, item, variables });
    return { head, value: read[index] ?? 'null', item, tags };
  });
}
