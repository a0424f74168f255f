import { LRUCache } from 'lru-cache';
import type { Clock } from '../base/clock.ts';
import type { Random } from '../base/random.ts';
import type { CacheFact, FetchCaches } from '../model/fetchCache.ts';
import type { Session } from '../model/session.ts';
import type { EngineResult } from './engine.ts';
import { WrittenData } from './writtenData.ts';

interface KeptRun {
  readonly result: EngineResult;
  readonly facts: readonly CacheFact[];
  readonly atMs: number;
  readonly leftMs: number;
  /** What had been thrown away when it began. */
  readonly state: string;
}

/** Characters of results kept for each generation. */
const maxCharacters = 8_000_000;
/**
 * Once there is no room left, one new result in so many gets in: results that come in turns and are too many would drive each other out
 * before one is used again (bimodal insertion: Qureshi and others, Adaptive insertion policies, ISCA 2007).
 */
const oneGetsIn = 16;

interface KeptRunsParts {
  readonly clock: Pick<Clock, 'monotonicMs'>;
  readonly random: Random;
}

/**
 * Results that are made of nothing but answers that are kept: used as they are as long as the shortest-lived of those may be, until
 * anything is thrown away. Their keys are those of runs that are shared, which tell all that a caller's calls would send; where anything in
 * them is private, with the session.
 */
export class KeptRuns {
  readonly #caches: FetchCaches;
  readonly #clock: Pick<Clock, 'monotonicMs'>;
  readonly #random: Random;
  readonly #kept = new LRUCache<string, KeptRun>({ maxSize: maxCharacters });
  /** What had been thrown away when the latest was kept. */
  #state: string | null = null;

  constructor(caches: FetchCaches, { clock, random }: KeptRunsParts) {
    this.#caches = caches;
    this.#clock = clock;
    this.#random = random;
  }

  get(key: string, session: Session): EngineResult | undefined {
    if (!this.#caches.isActive()) return undefined;
    return this.#get(key) ?? this.#get(this.#privateKey(key, session));
  }

  #get(key: string | null): EngineResult | undefined {
    const run = key === null ? undefined : this.#kept.get(key);
    if (key === null || !run) return undefined;
    if (this.#caches.drawAudit()) return undefined;
    const passedMs = this.#clock.monotonicMs() - run.atMs;
    if (passedMs >= run.leftMs || this.#caches.state() !== run.state) {
      this.#kept.delete(key);
      return undefined;
    }
    const cacheFacts = run.facts.map((fact) => ({
      ...fact,
      leftMs: fact.leftMs - passedMs,
      ageMs: fact.ageMs + passedMs,
      ofResult: true,
    }));
    this.#caches.countHits(cacheFacts);
    return { ...run.result, cacheFacts };
  }

  /** Runs, and keeps what comes of it, where that may be. */
  async run(
    { key: publicKey, session }: { readonly key: string; readonly session: Session },
    start: () => Promise<EngineResult>,
  ): Promise<EngineResult> {
    if (!this.#caches.isActive()) return start();
    const state = this.#caches.state();
    const atMs = this.#clock.monotonicMs();
    const result = await start();
    const { data, errors, cacheFacts: facts = [] } = result;
    const isKept = facts.length > 0 && !errors && data instanceof WrittenData && facts.every(isWhole);
    const isPrivate = facts.some(({ scope }) => scope === 'PRIVATE');
    const key = isPrivate ? this.#privateKey(publicKey, session) : publicKey;
    if (!isKept || key === null || state === null || this.#caches.state() !== state) return result;
    const leftMs = Math.min(...facts.map((fact) => fact.leftMs));
    const asHits = facts.map((fact) => ({ ...fact, hits: fact.hits + fact.misses, misses: 0 }));
    const size = key.length + data.text.length + 500;
    if (this.#hasPlace(key, { size, state }))
      this.#kept.set(key, { result, facts: asHits, atMs, leftMs, state }, { size });
    return result;
  }

  #hasPlace(key: string, { size, state }: { readonly size: number; readonly state: string }): boolean {
    // What was kept before something was thrown away is of no use any more.
    if (state !== this.#state) this.#kept.clear();
    this.#state = state;
    const isFull = this.#kept.calculatedSize + size > maxCharacters;
    return !isFull || this.#kept.has(key) || this.#random() < 1 / oneGetsIn;
  }

  /** Null for nobody in particular. */
  #privateKey(key: string, session: Session): string | null {
    const text = this.#caches.sessionOf(session);
    return text === null ? null : `${key}\n${text}`;
  }
}

function isWhole({ reason, stale, leftMs }: CacheFact): boolean {
  return reason === null && stale === 0 && leftMs > 0;
}
