import { z } from 'zod';

/** What a protective rule does with a request it is against. */
export const ruleMode = z
  .enum(['off', 'log', 'enforce'])
  .default('enforce')
  .describe('`log` only notes what it would have refused, as wouldRefuse in the access log.');

export type RuleMode = z.output<typeof ruleMode>;

/** A rule by the setting it stands for; null when it is off. */
export function ruleOf(
  setting: string,
  mode: RuleMode,
): { readonly setting: string; readonly mode: 'log' | 'enforce' } | null {
  return mode === 'off' ? null : { setting, mode };
}
