import { SluiceError } from '../base/errors.ts';
import type { GatewayPlugin, Passage, Rule, Settle } from '../model/gatewayPlugin.ts';
import type { Session } from '../model/session.ts';
import { addRateLimitFields, retryAfter } from './addRateLimitFields.ts';
import type { CounterRule, Counters, Take, Taken } from './counters.ts';
import type { OperationCosts, Priced } from './operationCosts.ts';
import { tellTaken } from './tellTaken.ts';

/** What an identified caller may use up, by the operation or by what operations cost. */
export interface Budget {
  readonly rule: Rule;
  readonly unit: 'requests' | 'cost';
  /** Of the counter: the same budget under another rule goes on counting. */
  readonly setting: string;
  readonly identity: string;
  readonly counted: CounterRule;
  /** As clients are told: how much in which time. */
  readonly quota: number;
  readonly windowMs: number;
}

export interface BudgetParts {
  budgetsOf(session: Session): readonly Budget[];
  readonly counters: Counters;
  readonly costs: OperationCosts;
  /** Whether what an operation has cost replaces what it was estimated to. */
  readonly settle: boolean;
}

/** One budget, and what is taken from it for an operation. */
interface Asked {
  readonly budget: Budget;
  readonly take: Take;
}

/**
 * Takes from the budgets of a caller before an operation runs: from all that are enforced or, when one of them is used up, from none.
 * What was estimated is settled when it has run, and all is given back when it does not run.
 */
export function budgets({ budgetsOf, counters, costs, settle }: BudgetParts): GatewayPlugin {
  /** Told how the operation ended. */
  function settling(taken: readonly Asked[], price: () => Priced): Settle {
    return ({ executed, answered, readData }) => {
      let actual: number | null = null;
      const used = ({ budget, take }: Asked): number => {
        if (!executed) return 0;
        // Who leaves before there is a result has had the work done.
        if (budget.unit === 'requests' || !settle || !answered) return take.cost;
        actual ??= price().actual(readData());
        return actual;
      };
      const changes = taken.map((asked) => ({ ...asked.take, cost: used(asked) - asked.take.cost }));
      const real = changes.filter(({ cost }) => cost !== 0);
      if (real.length > 0) counters.adjust(real);
    };
  }
  return {
    operation(passage, chosen) {
      const price = () => costs.priceOf(chosen);
      const asked = budgetsOf(chosen.session).map((budget) => ({ budget, take: takeOf(budget, price) }));
      if (asked.length === 0) return undefined;
      const isEnforced = ({ budget }: Asked) => budget.rule.mode === 'enforce';
      // Those that only log stand alone: one that is used up must not keep others from being counted.
      const groups = [
        asked.filter(isEnforced),
        ...asked.filter((each) => !isEnforced(each)).map((each) => [each]),
      ].filter((group) => group.length > 0);
      const answers = groups.map((group) => counters.take(group.map(({ take }) => take)));
      const judge = (told: readonly (readonly Taken[])[]): Settle => {
        const taken = groups.filter((_, at) => told[at]?.every(({ allowed }) => allowed)).flat();
        const settled = settling(taken, price);
        try {
          for (const [at, group] of groups.entries()) judgeAll(passage, group, told[at] ?? []);
        } catch (refusal) {
          settled({ executed: false, answered: false, readData: () => null });
          throw refusal;
        }
        return settled;
      };
      const isWaiting = answers.some((answer) => answer instanceof Promise);
      return isWaiting ? Promise.all(answers).then(judge) : judge(answers as (readonly Taken[])[]);
    },
  };
}

function takeOf({ setting, identity, counted, unit }: Budget, price: () => Priced): Take {
  return { setting, identity, cost: unit === 'cost' ? price().estimate : 1, rule: counted };
}

function judgeAll(passage: Passage, group: readonly Asked[], answers: readonly Taken[]): void {
  for (const [at, { budget, take }] of group.entries()) {
    const taken = answers[at];
    if (!taken) continue;
    const { rule, unit, quota, windowMs } = budget;
    passage.decided('limits', { setting: budget.setting, cost: take.cost, quota, taken }, tellTaken);
    if (rule.mode === 'enforce') {
      const name = { ...rule, setting: `${rule.setting}.${unit}` };
      addRateLimitFields(passage, name, { quota, windowMs, taken });
    }
    if (!taken.allowed) passage.refuse(rule, usedUp(budget, take, taken));
  }
}

function usedUp({ counted, unit, quota }: Budget, { cost }: Take, taken: Taken): SluiceError {
  const seconds = String(retryAfter(taken));
  const headers = { 'retry-after': seconds };
  if (counted.kind === 'period') {
    const what = unit === 'cost' ? `${quota} units of cost` : `${quota} requests`;
    const message = `The quota of ${what} leaves too little for this operation; it begins anew in ${seconds} s.`;
    return new SluiceError('QUOTA_EXCEEDED', message, { headers });
  }
  if (!Number.isFinite(taken.retryMs)) {
    const message = `The operation is estimated to cost ${cost}; at once are allowed: ${quota}.`;
    return new SluiceError('COST_LIMIT_EXCEEDED', message);
  }
  const message = `Too much was asked for; an operation of this cost is taken in ${seconds} s.`;
  return new SluiceError('RATE_LIMITED', message, { headers });
}
