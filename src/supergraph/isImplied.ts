import type { AuthorizationRule } from '../model/schemaRules.ts';
import { isAsked } from './isAsked.ts';
import { joinRules } from './joinRules.ts';

/** Whether who meets all of `rules` meets `rule`. */
export function isImplied(
  rule: AuthorizationRule,
  rules: readonly (AuthorizationRule | undefined)[],
): boolean {
  const joined = joinRules(rules) ?? { authenticated: false, scopes: [], policies: [] };
  return (
    (joined.authenticated || !rule.authenticated) &&
    rule.scopes.every((requirement) => isAsked(requirement, joined.scopes)) &&
    rule.policies.every((requirement) => isAsked(requirement, joined.policies))
  );
}
