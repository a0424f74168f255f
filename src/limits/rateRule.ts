import { z } from 'zod';
import { SluiceError } from '../base/errors.ts';
import { rate } from '../base/quantity.ts';
import { type RuleMode, ruleMode, ruleOf } from '../base/ruleMode.ts';
import type { Passage, Rule } from '../model/gatewayPlugin.ts';
import { addRateLimitFields, retryAfter } from './addRateLimitFields.ts';
import type { Counters, Rate, Taken } from './counters.ts';
import { tellTaken } from './tellTaken.ts';

/** The settings of a rate; `burst` is as much as one period has unless it is given. */
export const rateLimit = z.strictObject({
  rate: rate.describe('How much in which time, evenly spread: 100/s, 5/10s, 1000/m.'),
  burst: z
    .int()
    .min(1)
    .max(1_000_000_000)
    .optional()
    .describe('How much at once; as much as one period has unless it is given.'),
});

export const rateRuleOptions = rateLimit.extend({ mode: ruleMode });

export type RateLimit = z.output<typeof rateLimit>;

/** Counts callers by one rate and refuses who is over it. */
export interface RateRule {
  take(passage: Passage, identity: string, cost: number): void | Promise<void>;
}

/** Null when the rule is off. */
export function createRateRule(
  setting: string,
  { rate: { count, periodMs }, burst = count, mode }: RateLimit & { readonly mode: RuleMode },
  { counters }: { counters: Counters },
): RateRule | null {
  const named = ruleOf(setting, mode);
  if (!named) return null;
  const rule: Rate = { kind: 'rate', count, periodMs, burst };
  const judge = (passage: Passage, cost: number, [taken]: readonly Taken[]): void => {
    if (!taken) return;
    passage.decided('limits', { setting, cost, quota: burst, taken }, tellTaken);
    judgeRate(passage, taken, { named, rule });
  };
  return {
    take(passage, identity, cost) {
      if (cost === 0) return;
      const taken = counters.take([{ setting, identity, cost, rule }]);
      if (!(taken instanceof Promise)) return judge(passage, cost, taken);
      return taken.then((answers) => judge(passage, cost, answers));
    },
  };
}

function judgeRate(passage: Passage, taken: Taken, { named, rule }: { named: Rule; rule: Rate }): void {
  if (named.mode === 'enforce') {
    const windowMs = (rule.burst * rule.periodMs) / rule.count;
    addRateLimitFields(passage, named, { quota: rule.burst, windowMs, taken });
  }
  if (taken.allowed) return;
  passage.refuse(named, Number.isFinite(taken.retryMs) ? tooMany(taken) : tooManyAtOnce(rule.burst));
}

function tooMany(taken: Taken): SluiceError {
  const seconds = String(retryAfter(taken));
  return new SluiceError('RATE_LIMITED', `Too many requests; the next one is taken in ${seconds} s.`, {
    headers: { 'retry-after': seconds },
  });
}

/** A wait would not help: this can never be taken at once. */
function tooManyAtOnce(burst: number): SluiceError {
  return new SluiceError(
    'BATCH_LIMIT_EXCEEDED',
    `The batch holds more operations than may come at once; allowed: ${burst}.`,
  );
}
