import { Kind, type SelectionNode } from 'graphql';

/** Variables and what each has to be, all of them, for a selection to be there; null when it never is. */
export type Condition = readonly (readonly [variable: string, is: boolean])[] | null;

export const always: Condition = [];

export function isNever(condition: Condition): condition is null {
  return condition === null;
}

/** That of a selection inside of another: `@include` and `@skip` of both. */
export function conditionOf({ directives = [] }: SelectionNode, outer: Condition): Condition {
  let condition = outer;
  for (const { name, arguments: given = [] } of directives) {
    const is = name.value === 'include' ? true : name.value === 'skip' ? false : null;
    const value = given.find((argument) => argument.name.value === 'if')?.value;
    if (is === null || !value || condition === null) continue;
    if (value.kind === Kind.VARIABLE) condition = [...condition, [value.name.value, is]];
    else if (value.kind === Kind.BOOLEAN && value.value !== is) condition = null;
  }
  return condition;
}

/** Whether a selection is there, with these variables. */
export function isMet(condition: Condition, variables: Readonly<Record<string, unknown>>): boolean {
  return condition?.every(([variable, is]) => (variables[variable] === true) === is) ?? false;
}
