import type { ListSize } from '../model/schemaRules.ts';
import type { CostParts, Variables } from './costParts.ts';
import { givenValue } from './givenValue.ts';
import { objectTypesOf, type Place, type SelectedField } from './selectedFields.ts';

/** How long the list of a field may be, by `@listSize` of it or of the field above, with these variables. */
export function listSizeOf(
  field: SelectedField,
  above: SelectedField | null,
  parts: CostParts,
): (variables: Variables) => number {
  const name = field.definition.name;
  const fromAbove = above ? sizesOf(above, parts).filter(({ rule }) => rule?.sizedFields.includes(name)) : [];
  const own = sizesOf(field, parts).filter(({ rule }) => rule === undefined || rule.sizedFields.length === 0);
  const sizes = fromAbove.length > 0 ? fromAbove : own;
  return (variables) => Math.max(0, ...sizes.map((size) => sizeBy(size, variables) ?? parts.listSize));
}

interface Size {
  /** Undefined where nothing is said. */
  readonly rule: ListSize | undefined;
  readonly place: Place;
}

/** What is said of a field where it is selected; on an interface that says nothing, what each implementation says. */
function sizesOf({ places, definition }: SelectedField, { schema, rules }: CostParts): readonly Size[] {
  return places.flatMap((place): Size[] => {
    const ruleOf = (type: string) => rules.listSizes.get(`${type}.${definition.name}`);
    const own = ruleOf(place.parent.name);
    if (own) return [{ rule: own, place }];
    return objectTypesOf(place.parent, schema).map(({ name }) => ({ rule: ruleOf(name), place }));
  });
}

/** The largest of the arguments that slice the list, or what is assumed without one; a negative length is none. */
function sizeBy({ rule, place }: Size, variables: Variables): number | null {
  if (!rule) return null;
  const lengths = rule.slicingArguments.flatMap((path) => {
    const length = numberOf(givenValue(place, path, variables));
    return length === null ? [] : [Math.max(0, length)];
  });
  return lengths.length > 0 ? Math.max(...lengths) : rule.assumedSize;
}

function numberOf(value: unknown): number | null {
  if (typeof value !== 'number' && typeof value !== 'string') return null;
  const number = value === '' ? Number.NaN : Number(value);
  return Number.isNaN(number) ? null : number;
}
