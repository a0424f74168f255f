import type { ToldDecision } from '../model/decision.ts';

/** What an operation was thought to cost, and what is allowed. */
export function tellEstimate({ estimate, max }: { estimate: number; max: number }): ToldDecision {
  const text = `limits.operation.cost: ${estimate} estimated, ${max} allowed`;
  return { text, facts: { setting: 'limits.operation.cost', estimate, max } };
}
