import { type GraphQLSchema, Kind, TypeInfo, visit, visitWithTypeInfo } from 'graphql';
import type { ToldDecision } from '../model/decision.ts';
import type { Operation } from '../model/operation.ts';

/** More fields are counted and not told. */
const maxTold = 20;

/** What of an operation its session may not see. */
export function tellWithheld(parts: {
  readonly operation: Operation;
  readonly schema: GraphQLSchema;
}): ToldDecision {
  const { withheld } = parts.operation;
  const fields = new Set<string>();
  if (withheld) {
    const info = new TypeInfo(parts.schema);
    visit(
      withheld.document,
      visitWithTypeInfo(info, {
        [Kind.FIELD](field) {
          if (withheld.fields.has(field)) fields.add(`${info.getParentType()?.name}.${field.name.value}`);
        },
      }),
    );
  }
  const denied = [...fields].sort();
  const more = denied.length > maxTold ? ` and ${denied.length - maxTold} more` : '';
  return {
    text: `the session may not see ${denied.slice(0, maxTold).join(', ')}${more}: null, each with an error`,
    facts: { denied: denied.slice(0, maxTold), count: denied.length },
  };
}
