import { BREAK, Kind, type OperationDefinitionNode, visit } from 'graphql';
import { type ConditionValues, isExcluded } from '../askedOperation.ts';

/** Whether a condition leaves out a part of an operation with these values. */
export function hasConditionThatExcludes(
  operation: OperationDefinitionNode,
  values: ConditionValues,
): boolean {
  let found = false;
  visit(operation, {
    [Kind.DIRECTIVE](directive) {
      if (!isExcluded([directive], values)) return undefined;
      found = true;
      return BREAK;
    },
  });
  return found;
}
