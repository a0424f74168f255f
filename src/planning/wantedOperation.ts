import type { GraphQLSchema } from 'graphql';
import { type AskedOperation, type ConditionValues, isExcluded, responseName } from './askedOperation.ts';
import { createWanted, type ResponseName, type Wanted } from './wanted.ts';
import { always, whenOf } from './when.ts';

/**
 * What an operation wants of its root: when its conditions have these values, or, without them, under which conditions it wants what.
 */
export function wantedOperation(
  { definition, fragments }: AskedOperation,
  schema: GraphQLSchema,
  values?: ConditionValues,
): Wanted {
  const names = new Map<string, ResponseName>();
  const wanted = createWanted({
    schema,
    fragments,
    whenOf(directives) {
      if (!values) return whenOf(directives);
      return isExcluded(directives, values) ? null : always;
    },
    nameOf(field) {
      const text = responseName(field);
      const name = names.get(text) ?? { text };
      names.set(text, name);
      return name;
    },
  });
  return wanted([definition.selectionSet]);
}
