import type { FetchNode, FlattenNode } from '@apollo/query-planner';
import {
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  parse,
  print,
  type VariableDefinitionNode,
  visit,
} from 'graphql';
import type { Draft } from './draft.ts';
import { inputRewrites } from './inputRewrites.ts';
import { printParts } from './printSelection.ts';
import { requiredSelections } from './requiredSelections.ts';

interface FetchParts {
  readonly schema: GraphQLSchema;
  /** The client's, for its name and variables. */
  readonly operation: OperationDefinitionNode;
  /** Which of the plan's fetches it is, for its name. */
  readonly index: number;
}

/** A fetch as a plan says it. */
export function fetchNode(draft: Draft, { schema, operation, index }: FetchParts): FetchNode | FlattenNode {
  const { subgraph, asks, path, parts, requirements } = draft;
  const isEntities = asks === 'entities';
  const printed = printParts(parts, subgraph);
  const name = operation.name && `${operation.name.value}__${asName(subgraph.name)}__${index}`;
  const selection = isEntities
    ? `{_entities(representations:$representations){${printed.map(({ text }, at) => `... on ${parts[at]?.type}${text}`).join(' ')}}}`
    : (printed[0]?.text ?? '');
  const used = variablesIn(selection);
  const definitions = (operation.variableDefinitions ?? []).filter(({ variable }) =>
    used.has(variable.name.value),
  );
  const inputs = requirements.flatMap((requirement) => inputRewrites(requirement, schema));
  const outputs = printed.flatMap(({ rewrites }) => rewrites);
  const fetch: FetchNode = {
    kind: 'Fetch',
    serviceName: subgraph.name,
    ...(isEntities ? { requires: requirements.map((one) => requiredSelections(one, schema)) } : {}),
    variableUsages: definitions.map(({ variable }) => variable.name.value),
    operation: `${headText(asks === 'mutation' ? 'mutation' : 'query', { name, definitions, isEntities })}${selection}`,
    operationKind: asks === 'mutation' ? OperationTypeNode.MUTATION : OperationTypeNode.QUERY,
    operationName: name,
    ...(inputs.length > 0 ? { inputRewrites: [...inputs] } : {}),
    ...(outputs.length > 0 ? { outputRewrites: [...outputs] } : {}),
  };
  return path.length === 0 ? fetch : { kind: 'Flatten', path: [...path], node: fetch };
}

function headText(
  kind: string,
  {
    name,
    definitions,
    isEntities,
  }: { name: string | undefined; definitions: readonly VariableDefinitionNode[]; isEntities: boolean },
): string {
  const variables = [
    ...(isEntities ? ['$representations:[_Any!]!'] : []),
    ...definitions.map((definition) => print({ ...definition, directives: [] })),
  ];
  if (variables.length === 0 && name === undefined) return kind === 'query' ? '' : kind;
  return `${kind}${name === undefined ? '' : ` ${name}`}${variables.length > 0 ? `(${variables.join(',')})` : ''}`;
}

function asName(subgraph: string): string {
  return subgraph.replace(/\W/g, '_');
}

/** Those of the text itself: a variable that is defined and not used makes a document invalid (GraphQL specification, section 5.8.4). */
function variablesIn(selection: string): ReadonlySet<string> {
  const names = new Set<string>();
  visit(parse(selection, { noLocation: true }), {
    [Kind.VARIABLE]: ({ name }) => void names.add(name.value),
  });
  return names;
}
