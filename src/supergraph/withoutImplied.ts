import type { Requirement } from '../model/schemaRules.ts';

/** Leaves out what everybody meets, and what whoever meets another one meets anyway. */
export function withoutImplied(requirements: readonly Requirement[]): readonly Requirement[] {
  const asked = [...new Set(requirements)].filter(
    (requirement) => !requirement.some((alternative) => alternative.length === 0),
  );
  return asked.filter(
    (requirement, index) =>
      !asked.some(
        (other, at) =>
          other !== requirement &&
          implies(other, requirement) &&
          (at < index || !implies(requirement, other)),
      ),
  );
}

/** Whether who meets the first meets the second. */
export function implies(first: Requirement, second: Requirement): boolean {
  return first.every((all) => second.some((some) => some.every((text) => all.includes(text))));
}
