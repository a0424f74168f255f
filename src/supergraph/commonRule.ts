import type { AuthorizationRule, Requirement } from '../model/schemaRules.ts';
import { isAsked } from './isAsked.ts';
import { askingRule } from './joinRules.ts';
import { withoutImplied } from './withoutImplied.ts';

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
