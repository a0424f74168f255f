import type { OperationDefinitionNode } from 'graphql';
import type { ChosenOperation } from '../model/gatewayPlugin.ts';
import type { Operation } from '../model/operation.ts';
import { compileCost, type OperationCost } from './compileCost.ts';
import { withDefaults } from './withDefaults.ts';

/** What an operation costs, with its variables. */
export interface Priced {
  readonly estimate: number;
  /** From the data of its result. */
  actual(data: unknown): number;
}

/** Costs of operations, compiled once for each: the documents a generation keeps are the same objects every time. */
export interface OperationCosts {
  priceOf(chosen: ChosenOperation): Priced;
}

export function createOperationCosts({ listSize }: { listSize: number }): OperationCosts {
  const compiled = new WeakMap<OperationDefinitionNode, OperationCost>();
  /** Of the one who asked last: those who want to know the price of an operation mostly ask one after the other. */
  let last: { readonly operation: Operation; readonly price: Priced } | null = null;
  return {
    priceOf({ operation, schema, rules }) {
      if (last?.operation === operation) return last.price;
      const { definition, document } = operation;
      const cost =
        compiled.get(definition) ?? compileCost(document.document, definition, { schema, rules, listSize });
      compiled.set(definition, cost);
      const variables = withDefaults(operation);
      const price = pricedBy(cost, variables);
      last = { operation, price };
      return price;
    },
  };
}

/** Several ask what the same result has cost. */
function pricedBy(cost: OperationCost, variables: Readonly<Record<string, unknown>>): Priced {
  let last: { readonly data: unknown; readonly actual: number } | null = null;
  return {
    estimate: cost.estimate(variables),
    actual(data) {
      if (last?.data !== data || last === null) last = { data, actual: cost.actual(data, variables) };
      return last.actual;
    },
  };
}
