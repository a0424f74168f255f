import type { Clock } from '../base/clock.ts';
import { SluiceError } from '../base/errors.ts';
import type { Random } from '../base/random.ts';
import type { AskedFetch, FetchCache, FetchShape } from '../model/fetchCache.ts';
import type { Caller, SentHeaders, SubgraphResult } from '../model/subgraphCall.ts';
import type { CacheCounts } from './cacheCounts.ts';
import { createEntry, type StaleBounds } from './createEntry.ts';
import type { Entry, EntryStore } from './entry.ts';
import type { FetchPolicy } from './fetchPolicy.ts';
import { fetchTags, type TagFormats } from './fetchTags.ts';
import { FoundItems, valuesOf } from './foundItems.ts';
import { ItemKeys } from './itemKeys.ts';
import type { Purges } from './purges.ts';
import { readKeeping } from './readKeeping.ts';

/** What is kept by somebody who asks for it now, by key. */
export type Flights = Map<string, Promise<ReadonlyMap<string, Entry>>>;

export interface CachedFetchParts {
  readonly shape: FetchShape;
  readonly policy: FetchPolicy;
  readonly ignored: ReadonlySet<string>;
  readonly stale: StaleBounds;
  readonly tags: TagFormats;
  headersOf(subgraph: string, caller: Caller): SentHeaders;
  readonly store: EntryStore;
  readonly purges: Purges;
  /** Whoever needs what is being asked for waits for it. */
  readonly flights: Flights;
  readonly counts: CacheCounts;
  readonly clock: Clock;
  readonly random: Random;
  /** Aborted when nobody needs what is fetched in the background any more. */
  readonly ended: AbortSignal;
}

/** In the last part of its time an entry is fetched anew by one of those who use it, each with this chance: it never runs out for all at once. */
const lateShare = 0.9;
const earlyChance = 0.05;

/** One fetch of a plan, with the answers to it that are kept. */
export class CachedFetch implements FetchCache {
  readonly reason = null;
  readonly #parts: CachedFetchParts;
  readonly #keys: ItemKeys;

  constructor(parts: CachedFetchParts) {
    this.#parts = parts;
    this.#keys = new ItemKeys(parts);
  }

  async answer(asked: AskedFetch): Promise<SubgraphResult> {
    const { shape, store, headersOf } = this.#parts;
    const { caller, items, variables } = asked;
    const sent = headersOf(shape.subgraph, caller);
    const found = new FoundItems(asked, sent, this.#keys.of(items, { caller, sent, variables }));
    const keys = found.keyed.flatMap((each) => each?.key ?? []);
    if (keys.length > 0) this.#sort(found, await store.getMany(keys));
    if (found.entries.includes(undefined)) await this.#fetch(found);
    this.#tell(found);
    return found.result(shape);
  }

  /** Which of what is kept may be used, now or if the subgraph fails; what is near its end is fetched anew meanwhile. */
  #sort(found: FoundItems, kept: readonly (Entry | undefined)[]): void {
    const { clock, random, purges, flights } = this.#parts;
    const nowMs = clock.wallMs();
    const late: number[] = [];
    let next = 0;
    for (const [at, keyed] of found.keyed.entries()) {
      const entry = keyed ? kept[next++] : undefined;
      // One from the future tells that a clock is wrong.
      if (!entry || entry.madeAtMs > nowMs + 1000 || !purges.isValid(entry)) continue;
      const ageMs = nowMs - entry.madeAtMs;
      const overMs = ageMs - entry.freshMs;
      if (overMs < entry.staleErrorMs) found.spare[at] = entry;
      if (overMs < 0 || overMs < entry.staleWhileMs) found.use(at, entry, nowMs);
      const isLate = overMs >= 0 || (ageMs > entry.freshMs * lateShare && random() < earlyChance);
      if (found.entries[at] && isLate && !flights.has(keyed?.key ?? '')) late.push(at);
    }
    if (late.length > 0) this.#refresh(found, late);
  }

  /** Waits for those items that somebody else asks for, and asks for the others. */
  async #fetch(found: FoundItems): Promise<void> {
    const { flights, purges, clock } = this.#parts;
    const own: number[] = [];
    const others: number[] = [];
    for (const [at, keyed] of found.keyed.entries()) {
      if (found.entries[at] === undefined) (flights.has(keyed?.key ?? '') ? others : own).push(at);
    }
    const waitForOthers = async (): Promise<void> => {
      const left: number[] = [];
      await Promise.all(
        others.map(async (at) => {
          const key = found.keyed[at]?.key ?? '';
          const entry = (await flights.get(key))?.get(key);
          if (entry && purges.isValid(entry)) found.use(at, entry, clock.wallMs());
          else left.push(at);
        }),
      );
      if (left.length > 0) await this.#ask(found, left);
    };
    await Promise.all([own.length > 0 && this.#ask(found, own), others.length > 0 && waitForOthers()]);
  }

  async #ask(found: FoundItems, at: readonly number[]): Promise<void> {
    const { shape, clock } = this.#parts;
    const { subgraph } = shape;
    found.misses += at.length;
    try {
      const result = await this.#askAndKeep(found, at);
      const values = valuesOf(shape, result, at.length);
      const isFailing = (result.keeping?.status ?? 200) >= 500 || (!values && !result.errors);
      if (isFailing && at.every((place) => found.spare[place]))
        throw new SluiceError('SUBGRAPH_UNREACHABLE', `Subgraph "${subgraph}" is not available.`);
      if (values || (result.errors && shape.hasRepresentations)) found.take(at, values, result);
      else if (at.length === found.keyed.length) found.raw = result;
      else throw malformed(subgraph);
    } catch (failure) {
      if (found.asked.caller.signal.aborted) throw failure;
      found.fallBack(at, failure, clock.wallMs());
    }
  }

  /** One refresh, whoever uses the entries meanwhile. */
  #refresh(found: FoundItems, at: readonly number[]): void {
    const { ended, counts } = this.#parts;
    const { requestId, headers, session } = found.asked.caller;
    const background: Caller = { requestId, headers, session, signal: ended };
    this.#askAndKeep(found, at, background).catch(() => counts.because('a refresh failed'));
  }

  async #askAndKeep(found: FoundItems, at: readonly number[], background?: Caller): Promise<SubgraphResult> {
    const { flights, purges } = this.#parts;
    const { asked } = found;
    const before = { purge: purges.latest, era: purges.era };
    const { promise, resolve } = Promise.withResolvers<ReadonlyMap<string, Entry>>();
    const keys = at.flatMap((place) => found.keyed[place]?.key ?? []);
    for (const key of keys) flights.set(key, promise);
    let kept: ReadonlyMap<string, Entry> = new Map();
    try {
      const result = await asked.ask(
        at.map((place) => asked.items[place] ?? ''),
        background,
      );
      kept = this.#keep(found, at, result, before);
      return result;
    } finally {
      for (const key of keys) if (flights.get(key) === promise) flights.delete(key);
      resolve(kept);
    }
  }

  /** Keeps what may be kept; its texts are written before anybody merges anything into what came. */
  #keep(
    found: FoundItems,
    at: readonly number[],
    result: SubgraphResult,
    before: { readonly purge: number; readonly era: string },
  ): ReadonlyMap<string, Entry> {
    const { shape, stale, tags: formats, store, clock, counts, headersOf, ignored } = this.#parts;
    const { asked, sent, keyed } = found;
    const kept = new Map<string, Entry>();
    const values = valuesOf(shape, result, at.length);
    const fault = this.#faultOf(found, at, result);
    if (fault !== null || !values) {
      found.notKept(fault ?? 'its answer is malformed');
      return kept;
    }
    // Rules that changed meanwhile have sent something else than the key says.
    if (headersOf(shape.subgraph, asked.caller).identity !== sent.identity) {
      found.notKept('the header rules have changed');
      return kept;
    }
    const atMs = clock.wallMs();
    for (const [index, place] of at.entries()) {
      const { key, policy } = keyed[place] ?? {};
      if (!key || !policy) {
        found.notKept(this.#reasonOf(asked.items[place] ?? ''));
        continue;
      }
      const keeping = readKeeping(result.keeping, { scope: policy.scope, sent, ignored });
      if (typeof keeping === 'string') {
        found.notKept(keeping);
        continue;
      }
      const item = asked.items[place] ?? '';
      const tags = fetchTags(formats, { policy, item, variables: asked.variables });
      const parts = { subgraph: shape.subgraph, policy, keeping, stale, tags, atMs, ...before };
      const entry = createEntry(item, JSON.stringify(values[index]), parts);
      kept.set(key, entry);
      found.age(entry.freshMs - keeping.ageMs, keeping.ageMs);
    }
    counts.stored += kept.size;
    if (kept.size > 0) store.set([...kept].map(([key, entry]) => ({ key, entry })));
    return kept;
  }

  #faultOf({ asked }: FoundItems, at: readonly number[], result: SubgraphResult): string | null {
    if (result.errors) return 'it has errors';
    return asked.isSound(result, at) ? null : 'its answer is malformed';
  }

  #reasonOf(item: string): string {
    const { policy } = this.#parts;
    const type = item === '' ? 'Query' : String((JSON.parse(item) as { __typename?: unknown }).__typename);
    const known = policy.byType.get(type);
    return known ? (known.reason ?? 'private, and nobody in particular asks') : `${type} is not known`;
  }

  #tell(found: FoundItems): void {
    const { shape, policy, counts } = this.#parts;
    const { misses, stale, keyed, reasons, leftMs, ageMs, sent } = found;
    const hits = keyed.length - misses;
    counts.hits += hits;
    counts.misses += misses;
    counts.stale += stale;
    for (const reason of reasons) counts.because(reason);
    const isPrivate = [...policy.byType.values()].some(({ scope }) => scope === 'PRIVATE');
    found.asked.note({
      subgraph: shape.subgraph,
      types: [...policy.byType.keys()],
      hits,
      stale,
      misses,
      reason: reasons.size === 0 ? null : [...reasons].join('; '),
      leftMs: Number.isFinite(leftMs) ? leftMs : 0,
      ageMs,
      scope: isPrivate ? 'PRIVATE' : 'PUBLIC',
      vary: sent.fromClient,
    });
  }
}

function malformed(subgraph: string): SluiceError {
  return new SluiceError(
    'SUBGRAPH_MALFORMED_RESPONSE',
    `Subgraph "${subgraph}" answered another number of entities than it was asked for.`,
  );
}
