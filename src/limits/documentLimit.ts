import { z } from 'zod';
import type { Rule } from '../model/gatewayPlugin.ts';

/** What a rule does when a request is over it. */
export const ruleMode = z
  .enum(['off', 'log', 'enforce'])
  .default('enforce')
  .describe('`log` only notes what it would have refused, as wouldRefuse in the access log.');

export type RuleMode = z.output<typeof ruleMode>;

/** The most a document may have of something, and what happens above it. */
export interface DocumentLimit {
  readonly max: number;
  readonly mode: RuleMode;
}

/** Written as a number, or as `{ max, mode }`. */
export function documentLimit({ min, max }: { min: number; max: number }) {
  const most = z.int().min(min).max(max);
  return z
    .union([most, z.strictObject({ max: most, mode: ruleMode })])
    .transform(
      (written): DocumentLimit => (typeof written === 'number' ? { max: written, mode: 'enforce' } : written),
    );
}

/** The rule a setting stands for; null when it is off. */
export function ruleOf(setting: string, mode: RuleMode): Rule | null {
  return mode === 'off' ? null : { setting, mode };
}
