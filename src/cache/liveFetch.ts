import type { AskedFetch, FetchCache, FetchShape } from '../model/fetchCache.ts';
import type { SubgraphResult } from '../model/subgraphCall.ts';
import type { SetFetches } from './setFetches.ts';

/** One fetch of a plan by the settings as they are now. */
export class LiveFetch implements FetchCache {
  readonly #shape: FetchShape;
  readonly #now: () => SetFetches;
  #by: SetFetches | null = null;
  #fetch: FetchCache | null = null;

  constructor(shape: FetchShape, now: () => SetFetches) {
    this.#shape = shape;
    this.#now = now;
  }

  get reason(): string | null {
    return this.#current().reason;
  }

  get types(): readonly string[] {
    return this.#current().types;
  }

  answer(asked: AskedFetch): Promise<SubgraphResult> {
    return this.#current().answer(asked);
  }

  #current(): FetchCache {
    const now = this.#now();
    if (!this.#fetch || this.#by !== now) {
      this.#by = now;
      this.#fetch = now.of(this.#shape);
    }
    return this.#fetch;
  }
}
