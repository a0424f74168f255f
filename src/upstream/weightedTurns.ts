import { type Choice, effectiveWeight } from './effectiveWeight.ts';
import type { Instance } from './instance.ts';

/** Each in turn, by weight, the turns of one spread among the others' (as nginx does it). */
export class WeightedTurns {
  readonly #credit = new WeakMap<Instance, number>();

  pick(candidates: readonly Instance[], { options, nowMs }: Choice): Instance | null {
    let total = 0;
    let best: Instance | null = null;
    let bestCredit = Number.NEGATIVE_INFINITY;
    for (const candidate of candidates) {
      const weight = effectiveWeight(candidate, options, nowMs);
      const credit = (this.#credit.get(candidate) ?? 0) + weight;
      this.#credit.set(candidate, credit);
      total += weight;
      if (credit > bestCredit) [best, bestCredit] = [candidate, credit];
    }
    if (best) this.#credit.set(best, bestCredit - total);
    return best;
  }
}
