import { LRUCache } from 'lru-cache';
import type { Clock } from '../base/clock.ts';
import type { CacheFact, FetchCaches } from '../model/fetchCache.ts';
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
 * Results that are made of nothing but public answers that are kept: used as they are as long as the shortest-lived of those may be, until
 * anything is thrown away. Their keys are those of runs that are shared, which tell all that a caller's calls would send.
 */
export class KeptRuns {
  readonly #caches: FetchCaches;
  readonly #clock: Pick<Clock, 'monotonicMs'>;
  readonly #kept = new LRUCache<string, KeptRun>({ maxSize: maxCharacters });

  constructor(caches: FetchCaches, clock: Pick<Clock, 'monotonicMs'>) {
    this.#caches = caches;
    this.#clock = clock;
  }

  get(key: string): EngineResult | undefined {
    const run = this.#kept.get(key);
    if (!run) return undefined;
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
  async run(key: string, start: () => Promise<EngineResult>): Promise<EngineResult> {
    const state = this.#caches.state();
    const atMs = this.#clock.monotonicMs();
    const result = await start();
    const { data, errors, cacheFacts: facts = [] } = result;
    const isKept = facts.length > 0 && !errors && data instanceof WrittenData && facts.every(isWhole);
    if (!isKept || state === null || this.#caches.state() !== state) return result;
    const leftMs = Math.min(...facts.map((fact) => fact.leftMs));
    const asHits = facts.map((fact) => ({ ...fact, hits: fact.hits + fact.misses, misses: 0 }));
    const size = key.length + data.text.length + 500;
    this.#kept.set(key, { result, facts: asHits, atMs, leftMs, state }, { size });
    return result;
  }
}

function isWhole({ reason, stale, scope, leftMs }: CacheFact): boolean {
  return reason === null && stale === 0 && scope === 'PUBLIC' && leftMs > 0;
}
