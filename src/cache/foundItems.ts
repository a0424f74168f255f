import { SluiceError } from '../base/errors.ts';
import type { AskedFetch, FetchShape } from '../model/fetchCache.ts';
import type { HeaderBack } from '../model/headerBack.ts';
import type { SentHeaders, SubgraphResult } from '../model/subgraphCall.ts';
import type { Entry } from './entry.ts';
import type { KeyGroup } from './itemKeys.ts';

/** Errors of one failure are told of so many items at most: whoever writes them keeps fewer. */
const maxErrors = 100;

/** The items of one fetch, and what was found for each. Made for one request. */
export class FoundItems {
  readonly asked: AskedFetch;
  readonly sent: SentHeaders;
  /** Null for an item that may not be kept for this caller. */
  readonly groups: readonly (KeyGroup | null)[];
  /** What is used of what was kept, or came for somebody else. */
  readonly entries: (Entry | undefined)[];
  /** What may be used if the subgraph fails. */
  readonly spare: (Entry | undefined)[];
  /** What came for this request, one item each. */
  readonly came: unknown[];
  readonly errors: unknown[] = [];
  readonly reasons = new Set<string>();
  stale = 0;
  misses = 0;
  /** Items without a group: they are not looked up. */
  readonly passed: number;
  /** How long the shortest-lived part may be used, and how old the oldest is. */
  leftMs = Number.POSITIVE_INFINITY;
  ageMs = 0;
  /** An answer as it came, where it is the whole answer. */
  raw: SubgraphResult | null = null;
  /** Headers of the responses that entries came in: what came in one goes back once. */
  readonly #back = new Map<string, readonly HeaderBack[]>();

  constructor(asked: AskedFetch, sent: SentHeaders, groups: readonly (KeyGroup | null)[]) {
    this.asked = asked;
    this.sent = sent;
    this.groups = groups;
    this.passed = groups.reduce((sum, each) => (each ? sum : sum + 1), 0);
    this.entries = new Array(groups.length).fill(undefined);
    this.spare = new Array(groups.length).fill(undefined);
    this.came = new Array(groups.length).fill(undefined);
  }

  use(at: number, entry: Entry, nowMs: number): void {
    this.entries[at] = entry;
    const { back, madeAtMs, freshMs } = entry.head;
    if (back.length > 0) this.#back.set(JSON.stringify(back), back);
    const ageMs = Math.max(0, nowMs - madeAtMs);
    if (ageMs >= freshMs) this.stale += 1;
    this.age(Math.max(0, freshMs - ageMs), ageMs);
  }

  /** Tells the caller which headers go back to the client. */
  noteHeaders(): void {
    for (const headers of this.#back.values()) this.asked.caller.notes?.noteHeaders?.(headers);
  }

  age(leftMs: number, ageMs: number): void {
    this.leftMs = Math.min(this.leftMs, leftMs);
    this.ageMs = Math.max(this.ageMs, ageMs);
  }

  /** Whether an item is answered with what anybody may have, in its time. */
  mayAudit(at: number): boolean {
    return this.entries[at] !== undefined && this.groups[at]?.policy.scope === 'PUBLIC' && this.stale === 0;
  }

  notKept(reason: string): void {
    this.reasons.add(reason);
    this.leftMs = 0;
  }

  /** The answer for these items came. */
  take(at: readonly number[], values: readonly unknown[] | null, result: SubgraphResult): void {
    for (const [index, place] of at.entries()) this.came[place] = values?.[index] ?? null;
    for (const error of result.errors ?? []) this.errors.push(moved(error, at));
  }

  /** What has outlived its time stands in for items that could not be had; throws when there is nothing at all to answer with. */
  fallBack(at: readonly number[], failure: unknown, nowMs: number): void {
    const lost: number[] = [];
    for (const place of at) {
      const entry = this.spare[place];
      if (entry) {
        this.use(place, entry, nowMs);
        this.misses -= 1;
      } else lost.push(place);
    }
    if (lost.length === 0) return;
    if (lost.length === this.groups.length) throw failure;
    const { message, code } = SluiceError.from(failure);
    this.notKept('the subgraph failed');
    for (const place of lost) this.came[place] = null;
    for (const place of lost.slice(0, maxErrors))
      this.errors.push({ message, path: ['_entities', place], extensions: { code } });
  }

  /** All of it, in the order it was asked for. */
  result({ hasRepresentations, isRewritten }: FetchShape): SubgraphResult {
    if (this.raw) return this.raw;
    const errors = this.errors.length > 0 ? this.errors : null;
    const texts: string[] = [];
    for (const entry of this.entries) if (typeof entry?.value === 'string') texts.push(entry.value);
    const read = texts.length > 0 ? (JSON.parse(`[${texts.join(',')}]`) as unknown[]) : [];
    let next = 0;
    const values = this.entries.map((entry, at) => {
      if (!entry) return this.came[at];
      if (typeof entry.value === 'string') return read[next++];
      // Entries outlive the supergraph that they came by: rewrites would change what is kept.
      return isRewritten ? { ...entry.value } : entry.value;
    });
    const data = hasRepresentations ? { _entities: values } : (values[0] ?? null);
    return { data, errors, extensions: undefined };
  }
}

/** An error of the n-th item that was asked for is one of its place among all. */
function moved(error: unknown, at: readonly number[]): unknown {
  const { path } = error as { readonly path?: readonly (string | number)[] };
  if (path?.[0] !== '_entities' || typeof path[1] !== 'number') return error;
  const place = at[path[1]];
  return place === undefined ? error : { ...(error as object), path: ['_entities', place, ...path.slice(2)] };
}

/** What an answer holds, one value for each item that was asked for; null where it does not hold that. */
export function valuesOf(
  { hasRepresentations }: FetchShape,
  { data }: SubgraphResult,
  count: number,
): readonly unknown[] | null {
  if (!hasRepresentations) return data === null ? null : [data];
  const list = (data as { readonly _entities?: unknown } | null)?._entities;
  return Array.isArray(list) && list.length === count ? list : null;
}
