import type { Clock } from '../base/clock.ts';
import { SluiceError } from '../base/errors.ts';
import type { Random } from '../base/random.ts';
import type { AskedFetch, CacheCount, FetchCache } from '../model/fetchCache.ts';
import type { Caller, SubgraphResult } from '../model/subgraphCall.ts';
import type { Audited, Audits } from './audits.ts';
import type { CacheCounts } from './cacheCounts.ts';
import { compareAnew } from './compareAnew.ts';
import type { Entry } from './entry.ts';
import type { EntryStore } from './entryStore.ts';
import type { TypePolicy } from './fetchPolicy.ts';
import { FoundItems, valuesOf } from './foundItems.ts';
import { ItemKeys } from './itemKeys.ts';
import { type KeepParts, keepAnswer } from './keepAnswer.ts';
import type { Piece } from './piece.ts';
import { piecesOf } from './piecesOf.ts';
import type { Purges } from './purges.ts';
import { tellFetch } from './tellFetch.ts';

export interface CachedFetchParts extends KeepParts {
  readonly store: EntryStore;
  readonly purges: Purges;
  /** Of its supergraph: what is asked for by one published before is not waited for. */
  readonly owner: object;
  readonly counts: CacheCounts;
  /** Those of its subgraph. */
  readonly count: CacheCount;
  readonly audits: Audits;
  /** How a type, or a field by its coordinate, is declared, and what of it is set. */
  declared(name: string): string;
  readonly clock: Clock;
  readonly random: Random;
  /** Aborted when nobody needs what is fetched in the background any more. */
  readonly ended: AbortSignal;
}

/** In the last part of its time an entry is fetched anew by one of those who use it, each with this chance: it never runs out for all at once. */
const lateShare = 0.9;
const earlyChance = 0.05;
/** Items of one fetch that are audited at once. */
const maxAudited = 10;

/** One fetch of a plan, with the answers to it that are kept. */
export class CachedFetch implements FetchCache {
  readonly reason = null;
  readonly types: readonly string[];
  readonly #parts: CachedFetchParts;
  readonly #keys: ItemKeys;

  constructor(parts: CachedFetchParts) {
    this.#parts = parts;
    this.types = [...parts.policy.byType.keys()];
    const isBarred = (policy: TypePolicy) => parts.audits.isBarred(this.#audited(policy));
    this.#keys = new ItemKeys({ ...parts, isBarred });
  }

  async answer(asked: AskedFetch): Promise<SubgraphResult> {
    const { shape, store, headersOf } = this.#parts;
    const { caller, items, variables } = asked;
    const sent = headersOf(shape.subgraph, caller);
    const found = new FoundItems(asked, sent, this.#keys.of(items, { caller, sent, variables }));
    const finding = store.find(found.groups, items);
    if (finding) {
      this.#sort(found, await finding);
      this.#audit(found);
    }
    try {
      if (!finding) await this.#ask(found, [...items.keys()]);
      else if (found.entries.includes(undefined)) await this.#fetch(found);
    } catch (failure) {
      this.#parts.count.misses += found.groups.length - found.passed;
      throw failure;
    }
    found.noteHeaders();
    this.#tell(found);
    return found.result(shape);
  }

  /** Which of what is kept may be used, now or if the subgraph fails; what is near its end is fetched anew meanwhile. */
  #sort(found: FoundItems, kept: readonly (Entry | undefined)[]): void {
    const { clock, random, purges, store, owner } = this.#parts;
    const { items } = found.asked;
    const nowMs = clock.wallMs();
    const late: number[] = [];
    for (const [at, entry] of kept.entries()) {
      // One from the future tells that a clock is wrong.
      if (!entry || entry.head.madeAtMs > nowMs + 1000 || !purges.isValid(entry)) continue;
      const { madeAtMs, freshMs, staleErrorMs, staleWhileMs } = entry.head;
      const ageMs = nowMs - madeAtMs;
      const overMs = ageMs - freshMs;
      if (overMs < staleErrorMs) found.spare[at] = entry;
      if (overMs < 0 || overMs < staleWhileMs) found.use(at, entry, nowMs);
      const isLate = overMs >= 0 || (ageMs > freshMs * lateShare && random() < earlyChance);
      if (found.entries[at] && isLate && !store.pending(found.groups[at], items[at] ?? '', owner))
        late.push(at);
    }
    if (late.length > 0) this.#refresh(found, late);
  }

  /** Waits for those items that somebody else asks for, and asks for the others. */
  async #fetch(found: FoundItems): Promise<void> {
    const { store, owner } = this.#parts;
    const own: number[] = [];
    const others = new Map<Piece, number[]>();
    for (const [at, item] of found.asked.items.entries()) {
      if (found.entries[at] !== undefined) continue;
      const piece = store.pending(found.groups[at], item, owner);
      if (!piece) own.push(at);
      else if (others.get(piece)?.push(at) === undefined) others.set(piece, [at]);
    }
    await Promise.all([
      own.length > 0 && this.#ask(found, own),
      others.size > 0 && this.#waitFor(others, found),
    ]);
  }

  async #waitFor(others: ReadonlyMap<Piece, readonly number[]>, found: FoundItems): Promise<void> {
    const { purges, clock } = this.#parts;
    const left: number[] = [];
    await Promise.all(
      [...others].map(async ([piece, places]) => {
        await piece.settled();
        for (const at of places) {
          const entry = piece.entryOf(found.asked.items[at] ?? '');
          if (entry && purges.isValid(entry)) found.use(at, entry, clock.wallMs());
          else left.push(at);
        }
      }),
    );
    // They were left in the order in which the others' answers came.
    if (left.length > 0)
      await this.#ask(
        found,
        left.toSorted((one, other) => one - other),
      );
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
      if (at.length === found.groups.length) found.raw = result;
      else if (values || (result.errors && shape.hasRepresentations)) found.take(at, values, result);
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
    const { owner, purges, clock, counts, store } = this.#parts;
    const { asked } = found;
    const before = { purge: purges.latest, era: purges.era };
    const pieces = piecesOf({ groups: found.groups, items: asked.items }, at, owner);
    for (const { piece } of pieces) store.await(piece);
    const isAll = at.length === asked.items.length;
    try {
      const items = isAll ? asked.items : at.map((place) => asked.items[place] ?? '');
      const result = await asked.ask(items, background);
      const isAside = background !== undefined;
      keepAnswer(found, { at, pieces, isAside, result, atMs: clock.wallMs(), ...before }, this.#parts);
      return result;
    } finally {
      for (const { piece } of pieces) {
        piece.settle();
        if (!piece.isFilled) continue;
        counts.stored += piece.items.length;
        store.keep(piece);
      }
    }
  }

  /** Asks again for some of what is answered to anybody, beside the request, with all headers of its own. */
  #audit(found: FoundItems): void {
    const { audits, shape, ended, ignored } = this.#parts;
    if (!audits.isDue()) return;
    const places = [...found.entries.keys()].filter((at) => found.mayAudit(at)).slice(0, maxAudited);
    const { policy } = found.groups[places[0] ?? -1] ?? {};
    if (!policy) return;
    const ofOne = places.filter((at) => found.groups[at]?.policy === policy);
    const { requestId, headers, session } = found.asked.caller;
    const caller: Caller = { requestId, headers, session, signal: ended };
    const ask = async (at: readonly number[], asking: Caller) => {
      const result = await found.asked.ask(
        at.map((place) => found.asked.items[place] ?? ''),
        asking,
      );
      return result.errors ? null : valuesOf(shape, result, at.length);
    };
    audits.run(this.#audited(policy), () =>
      compareAnew(ofOne, found.entries, {
        own: (at) => ask(at, caller),
        anybodys: (at) => ask(at, { ...caller, withoutHeaders: ignored }),
      }),
    );
  }

  #audited(policy: TypePolicy): Audited {
    const { shape, declared } = this.#parts;
    return { subgraph: shape.subgraph, policy, declared };
  }

  #tell(found: FoundItems): void {
    const { count, counts } = this.#parts;
    const fact = tellFetch(found, this.#parts);
    count.hits += fact.hits;
    count.stale += fact.stale;
    count.misses += fact.misses - fact.passed;
    count.passed += fact.passed;
    for (const reason of found.reasons) counts.because(reason);
    found.asked.note(fact);
  }
}

function malformed(subgraph: string): SluiceError {
  return new SluiceError(
    'SUBGRAPH_MALFORMED_RESPONSE',
    `Subgraph "${subgraph}" answered another number of entities than it was asked for.`,
  );
}
