import type { AuthorizationRule } from '../model/schemaRules.ts';
import { withoutImplied } from './withoutImplied.ts';

/** Who meets all of these; null when that is everybody. */
export function joinRules(
  rules: readonly (AuthorizationRule | null | undefined)[],
): AuthorizationRule | null {
  const asked = rules.filter((rule) => rule !== null && rule !== undefined);
  return askingRule({
    authenticated: asked.some(({ authenticated }) => authenticated),
    scopes: withoutImplied(asked.flatMap(({ scopes }) => scopes)),
    policies: withoutImplied(asked.flatMap(({ policies }) => policies)),
  });
}

/** Null for a rule that asks for nothing. */
export function askingRule(rule: AuthorizationRule): AuthorizationRule | null {
  return rule.authenticated || rule.scopes.length > 0 || rule.policies.length > 0 ? rule : null;
}
