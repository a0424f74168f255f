import type { Outcome } from '../model/outcome.ts';

/** How often a rule refused, or would have, since the start. */
export interface RuleCount {
  readonly setting: string;
  readonly refused: number;
  readonly wouldRefuse: number;
  readonly lastAtMs: number;
  /** Finds its explanation. */
  readonly lastRequestId: string;
}

/** Counts by rule. Rules are settings of ours, plugins' are not: of too many different ones the later are not told apart. */
export interface RuleCounts {
  add(outcome: Pick<Outcome, 'arrival' | 'refusedBy' | 'wouldRefuse'>, wallMs: number): void;
  all(): readonly RuleCount[];
}

const maxRules = 200;
const otherRules = '(other)';

export function createRuleCounts(): RuleCounts {
  const counts = new Map<string, RuleCount>();

  function count(setting: string, add: (before: RuleCount) => RuleCount): void {
    const name = counts.has(setting) || counts.size < maxRules ? setting : otherRules;
    const none = { setting: name, refused: 0, wouldRefuse: 0, lastAtMs: 0, lastRequestId: '' };
    counts.set(name, add(counts.get(name) ?? none));
  }

  return {
    add({ arrival, refusedBy, wouldRefuse }, lastAtMs) {
      const last = { lastAtMs, lastRequestId: arrival.requestId.slice(0, 200) };
      for (const rule of refusedBy) count(rule, (n) => ({ ...n, ...last, refused: n.refused + 1 }));
      for (const rule of wouldRefuse) count(rule, (n) => ({ ...n, ...last, wouldRefuse: n.wouldRefuse + 1 }));
    },
    all: () => [...counts.values()],
  };
}
