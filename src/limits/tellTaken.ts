import type { ToldDecision } from '../model/decision.ts';
import type { Taken } from './counters.ts';

/** What one rule was asked for, and what it said. */
export interface TakenOfRule {
  readonly setting: string;
  /** In requests, or in units of cost. */
  readonly cost: number;
  readonly quota: number;
  readonly taken: Taken;
}

/** What was taken from a limit or a quota, and what is left of it. */
export function tellTaken({ setting, cost, quota, taken }: TakenOfRule): ToldDecision {
  const { allowed, remaining, resetMs, retryMs } = taken;
  const wait = Number.isFinite(retryMs) ? `would be there in ${Math.ceil(retryMs)} ms` : 'can never be had';
  const text = allowed
    ? `${setting}: ${cost} taken, ${remaining} of ${quota} left`
    : `${setting}: ${cost} wanted, ${remaining} of ${quota} left; it ${wait}`;
  const facts = { setting, cost, quota, allowed, remaining, resetMs: Math.ceil(resetMs) };
  return { text, facts };
}
