import { type GraphQLInputType, getNamedType, isInputObjectType, valueFromASTUntyped } from 'graphql';
import type { CostRules, Variables } from './costParts.ts';
import { saturated } from './saturated.ts';
import type { Place } from './selectedFields.ts';

/**
 * What the arguments of a field cost with these variables: an input object 1, a value nothing, unless `@cost` says otherwise. Fields
 * under one name on several types may have different arguments; the dearest count. Null where there are none.
 */
export function argumentsCost(
  places: readonly Place[],
  { rules }: { readonly rules: CostRules },
): ((variables: Variables) => number) | null {
  const withArguments = places.filter(({ node }) => (node.arguments ?? []).length > 0);
  if (withArguments.length === 0) return null;
  return (variables) => Math.max(...withArguments.map((place) => costOf(place, rules, variables)));
}

function costOf({ parent, node }: Place, rules: CostRules, variables: Variables): number {
  const field = 'getFields' in parent ? parent.getFields()[node.name.value] : undefined;
  let sum = 0;
  for (const { name, value } of node.arguments ?? []) {
    const argument = field?.args.find((each) => each.name === name.value);
    if (!argument) continue;
    const coordinate = `${parent.name}.${node.name.value}(${name.value}:)`;
    const given = valueFromASTUntyped(value, variables as { [name: string]: unknown });
    sum = saturated(sum + valueCost(given, argument.type, { coordinate, rules }));
  }
  return sum;
}

function valueCost(
  value: unknown,
  type: GraphQLInputType,
  { coordinate, rules }: { coordinate: string; rules: CostRules },
): number {
  if (value === null || value === undefined) return 0;
  const weight = rules.weights.get(coordinate);
  if (Array.isArray(value)) {
    return value.reduce<number>(
      (sum, item) => saturated(sum + valueCost(item, type, { coordinate, rules })),
      weight ?? 0,
    );
  }
  const named = getNamedType(type);
  if (!isInputObjectType(named)) return weight ?? rules.weights.get(named.name) ?? 0;
  let sum = weight ?? rules.weights.get(named.name) ?? 1;
  for (const [name, field] of Object.entries(named.getFields())) {
    if (!Object.hasOwn(value as object, name)) continue;
    const inner = (value as Readonly<Record<string, unknown>>)[name];
    sum = saturated(sum + valueCost(inner, field.type, { coordinate: `${named.name}.${name}`, rules }));
  }
  return sum;
}
