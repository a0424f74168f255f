import {
  type DocumentNode,
  getNamedType,
  getNullableType,
  isCompositeType,
  isListType,
  type OperationDefinitionNode,
} from 'graphql';
import { argumentsCost } from './argumentsCost.ts';
import { isMet } from './condition.ts';
import type { CostParts, Variables } from './costParts.ts';
import { listSizeOf } from './listSizeOf.ts';
import { saturated } from './saturated.ts';
import { objectTypesOf, type Place, type SelectedField, selectedFields } from './selectedFields.ts';

/** What one operation costs, in units that the schema's `@cost` weighs. */
export interface OperationCost {
  /** Before it runs, from its variables: never less than what it can come to, unless a list is longer than it is said to be. */
  estimate(variables: Variables): number;
  /** After it ran, from the data of its result. */
  actual(data: unknown, variables: Variables): number;
}

/** A mutation costs as much before its first field. */
const mutationCost = 10;

/**
 * Compiles what an operation costs: a field costs its weight (an object 1, a value nothing, unless `@cost` says otherwise) and what is
 * selected of it, as often as its list is long, and its arguments once. Of fragments on types that no object has together only the
 * dearest counts. With the numbers of the IBM specification as Apollo's routers have them.
 */
export function compileCost(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  parts: CostParts,
): OperationCost {
  const fields = compileFields(selectedFields(document, operation, parts.schema), null, parts);
  const base = operation.operation === 'mutation' ? mutationCost : 0;
  return {
    estimate: (variables) => saturated(base + fields.estimate(variables)),
    actual: (data, variables) => saturated(base + fields.actual(data, variables)),
  };
}

interface FieldCost {
  readonly field: SelectedField;
  estimate(variables: Variables): number;
  /** Of its value in the result. */
  actual(value: unknown, variables: Variables): number;
}

/** The fields of one object. */
function compileFields(
  fields: readonly SelectedField[],
  parent: SelectedField | null,
  parts: CostParts,
): OperationCost {
  const costs = fields.flatMap((field) => compileField(field, parent, parts) ?? []);
  const alternatives = alternativesOf(costs);
  return {
    estimate(variables) {
      let most = 0;
      for (const together of alternatives) {
        let sum = 0;
        for (const { estimate } of together) sum = saturated(sum + estimate(variables));
        most = Math.max(most, sum);
      }
      return most;
    },
    actual(data, variables) {
      let sum = 0;
      for (const { field, actual } of costs) {
        const value = (data as Readonly<Record<string, unknown>> | null)?.[field.responseName];
        if (value !== undefined) sum = saturated(sum + actual(value, variables));
      }
      return sum;
    },
  };
}

/** Null for a field that never costs anything, as most do. */
function compileField(
  field: SelectedField,
  parent: SelectedField | null,
  parts: CostParts,
): FieldCost | null {
  const own = Math.max(...field.places.map((place) => weightOf(place, parts)));
  const given = argumentsCost(field.places, parts);
  if (own === 0 && given === null && field.children.length === 0) return null;
  const children = compileFields(field.children, field, parts);
  const isList = isListType(getNullableType(field.definition.type));
  const sizeOf = isList ? listSizeOf(field, parent, parts) : () => 1;
  const each = (below: number): number => Math.max(0, own + below);
  return {
    field,
    estimate(variables) {
      if (!field.places.some(({ condition }) => isMet(condition, variables))) return 0;
      const all = saturated(sizeOf(variables) * each(children.estimate(variables)));
      return Math.max(0, saturated(all + (given?.(variables) ?? 0)));
    },
    actual(value, variables) {
      const costOf = (item: unknown): number => {
        if (Array.isArray(item))
          return item.reduce<number>((sum, inner) => saturated(sum + costOf(inner)), 0);
        return item === null ? 0 : each(children.actual(item, variables));
      };
      return Math.max(0, saturated(costOf(value) + (given?.(variables) ?? 0)));
    },
  };
}

/** More types than this are not told apart: all of their fields together are counted. */
const maxTypes = 100;

/** The fields that one object can have together, for each kind of object; all of them where there is but one kind. */
function alternativesOf(costs: readonly FieldCost[]): readonly (readonly FieldCost[])[] {
  const types = new Set(costs.flatMap(({ field }) => [...field.on]));
  if (types.size > maxTypes) return [costs];
  const alternatives = new Map<string, readonly FieldCost[]>();
  for (const type of types) {
    const there = [...costs.entries()].filter(([, { field }]) => field.on.has(type));
    alternatives.set(
      there.map(([at]) => at).join(),
      there.map(([, cost]) => cost),
    );
  }
  return [...alternatives.values()];
}

/** The weight of a field, or of its type; selected on an interface, the largest that an implementation gives it. */
function weightOf({ parent, node }: Place, { schema, rules }: CostParts): number {
  const name = node.name.value;
  const types = [parent, ...objectTypesOf(parent, schema)];
  const weights = types
    .map((type) => rules.weights.get(`${type.name}.${name}`))
    .filter((weight) => weight !== undefined);
  if (weights.length > 0) return Math.max(...weights);
  const field = 'getFields' in parent ? parent.getFields()[name] : undefined;
  const type = field && getNamedType(field.type);
  if (!type) return 0;
  return rules.weights.get(type.name) ?? (isCompositeType(type) ? 1 : 0);
}
