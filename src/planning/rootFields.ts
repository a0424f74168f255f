import { Kind, type SelectionSetNode } from 'graphql';
import { type AskedOperation, responseName } from './askedOperation.ts';
import { always, both, type When, whenOf } from './when.ts';

/** A field of a root type where it is selected; the same name may stand in several places. */
export interface RootField {
  readonly name: string;
  readonly when: When;
}

/** The fields an operation selects of its root, in their order, but for its type; those that are never selected are left out. */
export function rootFields(
  { definition, fragments }: AskedOperation,
  outermost: When = always,
): readonly RootField[] {
  const fields: RootField[] = [];
  const seen = new Set<string>();
  function look({ selections }: SelectionSetNode, outer: When): void {
    for (const selection of selections) {
      const own = whenOf(selection.directives ?? []);
      const when = own && both(outer, own);
      if (!when) continue;
      if (selection.kind === Kind.FIELD) {
        if (selection.name.value !== '__typename') fields.push({ name: responseName(selection), when });
      } else if (selection.kind === Kind.INLINE_FRAGMENT) look(selection.selectionSet, when);
      else {
        const key = `${selection.name.value} ${when.text}`;
        const fragment = fragments.get(selection.name.value);
        if (!fragment || seen.has(key)) continue;
        seen.add(key);
        look(fragment.selectionSet, when);
      }
    }
  }
  look(definition.selectionSet, outermost);
  return fields;
}

/**
 * Whether the order of a mutation's fields depends on conditions: one of them stands in several places, and which is the first is decided by
 * the variables.
 */
export function orderDepends(asked: AskedOperation): boolean {
  if (asked.definition.operation !== 'mutation') return false;
  const whens = new Map<string, string>();
  return rootFields(asked).some(({ name, when }) => {
    const first = whens.get(name);
    whens.set(name, first ?? when.text);
    return first !== undefined && first !== '' && first !== when.text;
  });
}
