import type { AuthorizationRule, Requirement } from '../model/schemaRules.ts';
import { implies, withoutImplied } from './withoutImplied.ts';

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

/** What each of these demands; null when there is nothing that all do. */
export function commonRule(rules: readonly (AuthorizationRule | null)[]): AuthorizationRule | null {
  const asked = rules.filter((rule) => rule !== null);
  if (asked.length === 0 || asked.length < rules.length) return null;
  const common = (kind: 'scopes' | 'policies'): readonly Requirement[] =>
    withoutImplied(
      asked
        .flatMap((rule) => rule[kind])
        .filter((requirement) => asked.every((rule) => isAsked(requirement, rule[kind]))),
    );
  return askingRule({
    authenticated: asked.every(({ authenticated }) => authenticated),
    scopes: common('scopes'),
    policies: common('policies'),
  });
}

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

/** More alternatives than these are not weighed: a requirement then counts as one of its own. */
const maxAlternatives = 1000;

/** Whether who meets all of these meets the one. Each alone may not tell: of (a or b) and (a or c) follows (a, or b and c). */
function isAsked(requirement: Requirement, all: readonly Requirement[]): boolean {
  if (all.some((other) => implies(other, requirement))) return true;
  const size = all.reduce((product, { length }) => product * length, 1);
  return all.length > 1 && size <= maxAlternatives && implies(product(all), requirement);
}

function product(all: readonly Requirement[]): Requirement {
  return all.reduce<Requirement>(
    (ways, requirement) => ways.flatMap((way) => requirement.map((more) => [...way, ...more])),
    [[]],
  );
}

function askingRule(rule: AuthorizationRule): AuthorizationRule | null {
  return rule.authenticated || rule.scopes.length > 0 || rule.policies.length > 0 ? rule : null;
}
