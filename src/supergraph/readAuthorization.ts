import type { AuthorizationRule, Requirement } from '../model/schemaRules.ts';
import type { AppliedDirective } from './appliedDirectives.ts';
import { withoutImplied } from './withoutImplied.ts';

/**
 * Every subgraph's demands hold together: who may not see a field in one of them may not see it at all. What cannot be read is
 * met by nobody.
 */
export function readAuthorization(
  directives: readonly AppliedDirective[],
  onFault: (fault: string) => void,
): ReadonlyMap<string, AuthorizationRule> {
  const rules = new Map<string, { authenticated: boolean; scopes: Requirement[]; policies: Requirement[] }>();
  for (const { name, coordinate, given } of directives) {
    if (name !== 'authenticated' && name !== 'requiresScopes' && name !== 'policy') continue;
    const rule = rules.get(coordinate) ?? { authenticated: false, scopes: [], policies: [] };
    rules.set(coordinate, rule);
    if (name === 'authenticated') {
      rule.authenticated = true;
      continue;
    }
    const requirement = requirementOf(name === 'policy' ? given.policies : given.scopes);
    if (!requirement)
      onFault(`@${name} of ${coordinate} is met by nobody: its argument is not a list of lists of texts`);
    (name === 'policy' ? rule.policies : rule.scopes).push(requirement ?? []);
  }
  return new Map(
    [...rules].map(([coordinate, { authenticated, scopes, policies }]) => [
      coordinate,
      { authenticated, scopes: withoutImplied(scopes), policies: withoutImplied(policies) },
    ]),
  );
}

/** Null for what is not a list of lists of texts; GraphQL takes a single item for a list of it. An empty list asks for nothing, as composition has it. */
function requirementOf(written: unknown): Requirement | null {
  if (written === undefined) return null;
  const alternatives = listOf(written).map(listOf);
  if (!alternatives.every(areTexts)) return null;
  return alternatives.length === 0 ? [[]] : alternatives;
}

function areTexts(list: readonly unknown[]): list is readonly string[] {
  return list.every((item) => typeof item === 'string');
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}
