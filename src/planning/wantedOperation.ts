import type { GraphQLSchema } from 'graphql';
import { type AskedOperation, type ConditionValues, isExcluded, responseName } from './askedOperation.ts';
import { createWanted, type ResponseName, type Wanted } from './wanted.ts';

/** What an operation wants of its root when its conditions have these values. */
export function wantedOperation(
  { definition, fragments }: AskedOperation,
  values: ConditionValues,
  schema: GraphQLSchema,
): Wanted {
  const names = new Map<string, ResponseName>();
  const wanted = createWanted({
    schema,
    fragments,
    isExcluded: (directives) => isExcluded(directives, values),
    nameOf(field) {
      const text = responseName(field);
      const name = names.get(text) ?? { text };
      names.set(text, name);
      return name;
    },
  });
  return wanted([definition.selectionSet]);
}
