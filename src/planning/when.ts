import { type DirectiveNode, Kind } from 'graphql';
import { conditionOf } from './askedOperation.ts';

/** What `@skip` and `@include` make a selection depend on: variables that all have to have these values. */
export interface When {
  readonly values: ReadonlyMap<string, boolean>;
  /** The same for the same values. */
  readonly text: string;
}

export const always: When = { values: new Map(), text: '' };

/** Null for never: a constant, or two conditions that exclude each other. */
export function whenOf(directives: readonly DirectiveNode[]): When | null {
  let when: When | null = always;
  for (const directive of directives) {
    const condition = conditionOf(directive);
    if (!condition || !when) continue;
    const wanted = directive.name.value === 'include';
    if (condition.kind === Kind.VARIABLE) when = both(when, whenIs(condition.name.value, wanted));
    else if (condition.kind === Kind.BOOLEAN && condition.value !== wanted) when = null;
  }
  return when;
}

/** When both hold; null where they exclude each other. */
export function both(one: When, other: When): When | null {
  if (one.values.size === 0) return other;
  if (other.values.size === 0) return one;
  const values = new Map(one.values);
  for (const [name, value] of other.values) {
    if ((values.get(name) ?? value) !== value) return null;
    values.set(name, value);
  }
  return whenAll(values);
}

/** Whether one never holds without the other. */
export function implies(one: When, other: When): boolean {
  return [...other.values].every(([name, value]) => one.values.get(name) === value);
}

/** What is left of a condition where another is known to hold. */
export function given(when: When, known: When): When {
  if (known.values.size === 0) return when;
  return whenAll(new Map([...when.values].filter(([name, value]) => known.values.get(name) !== value)));
}

/** A variable has this value. */
export function whenIs(name: string, value: boolean): When {
  return whenAll(new Map([[name, value]]));
}

/** When one holds and the other does not: as conditions of which one holds at most at a time. */
export function without(one: When, other: When): readonly When[] {
  if (!both(one, other)) return [one];
  const parts: (When | null)[] = [];
  let known: When | null = one;
  for (const [name, value] of given(other, one).values) {
    parts.push(known && both(known, whenIs(name, !value)));
    known = known && both(known, whenIs(name, value));
  }
  return parts.filter((part) => part !== null);
}

function whenAll(values: ReadonlyMap<string, boolean>): When {
  const texts = [...values].map(([name, value]) => `${value ? '' : '!'}${name}`);
  return { values, text: texts.sort().join(' ') };
}
