import type { GraphQLSchema } from 'graphql';
import { type AskedOperation, type ConditionValues, responseName } from './askedOperation.ts';
import { createWanted, type ResponseName, type Wanted } from './wanted.ts';
import { both, given, type When, whenOf } from './when.ts';

/** What an operation wants of its root, and on which conditions it depends beyond those whose values are given. */
export function wantedOperation(
  { definition, fragments }: AskedOperation,
  schema: GraphQLSchema,
  values: ConditionValues,
): Wanted {
  const known: When = { values, text: '' };
  const names = new Map<string, ResponseName>();
  const wanted = createWanted({
    schema,
    fragments,
    whenOf(directives) {
      const when = whenOf(directives);
      return when && both(when, known) ? given(when, known) : null;
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
