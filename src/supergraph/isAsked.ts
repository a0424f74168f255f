import type { Requirement } from '../model/schemaRules.ts';
import { implies } from './withoutImplied.ts';

/** More alternatives than these are not weighed: a requirement then counts as one of its own. */
const maxAlternatives = 1000;

/** Whether who meets all of these meets the one. Each alone may not tell: of (a or b) and (a or c) follows (a, or b and c). */
export function isAsked(requirement: Requirement, all: readonly Requirement[]): boolean {
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
