import {
  type FragmentDefinitionNode,
  getOperationAST,
  Kind,
  type OperationDefinitionNode,
  parse,
  valueFromASTUntyped,
  visit,
} from 'graphql';
import type { SubgraphCall } from '../../../model/subgraphCall.ts';

/** What a call asks, read. */
export interface ReadOperation {
  readonly definition: OperationDefinitionNode;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** What a call asks: as the engine handed it over, or else read from the text of its body. */
export function readOperation(call: SubgraphCall): ReadOperation {
  const { asked, body } = call;
  // A plugin may have exchanged the body.
  if (asked && asked.body === body) return withDefaults(asked.definition(), new Map(), asked.variables());
  const { query, variables = {}, operationName } = JSON.parse(body) as WrittenBody;
  const document = parse(query, { noLocation: true });
  const definition = getOperationAST(document, operationName ?? null);
  if (!definition) throw new Error('A call without an operation');
  const fragments = document.definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION);
  const named = (fragments as readonly FragmentDefinitionNode[]).map(
    (each) => [each.name.value, each] as const,
  );
  return withDefaults(definition, new Map(named), variables ?? {});
}

interface WrittenBody {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>> | null;
  readonly operationName?: string | null;
}

function withDefaults(
  definition: OperationDefinitionNode,
  fragments: ReadOperation['fragments'],
  given: Readonly<Record<string, unknown>>,
): ReadOperation {
  const defaults = (definition.variableDefinitions ?? []).filter(
    ({ defaultValue, variable }) => defaultValue && given[variable.name.value] === undefined,
  );
  if (defaults.length === 0) return { definition, fragments, variables: given };
  const variables: Record<string, unknown> = { ...given };
  for (const { variable, defaultValue } of defaults)
    if (defaultValue) variables[variable.name.value] = valueFromASTUntyped(defaultValue);
  return { definition, fragments, variables };
}

/** The variables that decide what of an operation is asked for at all. */
export function conditionVariables({ definition, fragments }: ReadOperation): readonly string[] {
  const names = new Set<string>();
  for (const node of [definition, ...fragments.values()]) {
    visit(node, {
      Directive({ name, arguments: given = [] }) {
        if (name.value !== 'skip' && name.value !== 'include') return;
        for (const { value } of given) if (value.kind === Kind.VARIABLE) names.add(value.name.value);
      },
    });
  }
  return [...names].sort();
}
