import type { AuthorizationRule, Requirement } from '../model/schemaRules.ts';
import type { Session } from '../model/session.ts';

type Caller = Pick<Session, 'identified' | 'scopes'>;

/** What a rule demands of the session alone, its policies left aside. */
export function meetsSession(rule: AuthorizationRule, { identified, scopes }: Caller): boolean {
  return (identified || !rule.authenticated) && meetsAll(rule.scopes, (scope) => scopes.has(scope));
}

export function meetsPolicies(rule: AuthorizationRule, isGranted: (policy: string) => boolean): boolean {
  return meetsAll(rule.policies, isGranted);
}

/** Lists are the ways to meet a requirement: all of one list has to be had. */
function meetsAll(requirements: readonly Requirement[], has: (name: string) => boolean): boolean {
  return requirements.every((ways) => ways.some((all) => all.every(has)));
}
