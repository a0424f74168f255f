import type { Random } from '../base/random.ts';
import type { BalanceOptions } from './balanceOptions.ts';
import type { Instance } from './instance.ts';

const slowStartShare = 0.1;

export interface Choice {
  readonly options: BalanceOptions;
  readonly nowMs: number;
  readonly random: Random;
}

/** The share of an instance beside the others'; one that has just come grows into it. */
export function effectiveWeight(
  { weight, startsAtMs }: Instance,
  { slowStart }: BalanceOptions,
  nowMs: number,
): number {
  const passed = (nowMs - startsAtMs) / slowStart;
  return passed < 1 ? weight * (slowStartShare + (1 - slowStartShare) * passed) : weight;
}
