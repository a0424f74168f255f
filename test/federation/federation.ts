import { composeServices } from '@apollo/composition';
import { Supergraph as ComposedSupergraph } from '@apollo/federation-internals';
import { buildSubgraphSchema } from '@apollo/subgraph';
import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  type GraphQLSchema,
  isInterfaceType,
  isObjectType,
  parse,
  validate,
} from 'graphql';
import { sha256 } from '../../src/base/sha256.ts';
import type { CallSubgraph, SubgraphResult } from '../../src/model/subgraphCall.ts';
import type { Supergraph } from '../../src/model/supergraph.ts';

/** Subgraphs that run in this process, and the same data behind one schema. */
export interface Federation {
  readonly sdl: Readonly<Record<string, string>>;
  readonly supergraph: Supergraph;
  /** What clients see. */
  readonly schema: GraphQLSchema;
  /** As the upstream would answer. */
  readonly call: CallSubgraph;
  /** What the whole would answer, by graphql-js. */
  executeWhole(asked: Asked): Promise<ExecutionResult>;
  /** The fields of mutations done since this was last asked, with their arguments, in their order: in the whole, and in subgraphs. */
  takeDone(): Done;
}

export interface Done {
  readonly whole: readonly string[];
  readonly subgraphs: readonly string[];
}

export interface Asked {
  readonly document: DocumentNode;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** The data behind all schemas; `subgraph` is null when the whole is asked. */
export interface FederationData {
  root(operation: 'Query' | 'Mutation', subgraph: string | null): unknown;
  value(
    parent: unknown,
    asked: {
      readonly type: string;
      readonly field: string;
      readonly args: Readonly<Record<string, unknown>>;
      readonly subgraph: string | null;
    },
  ): unknown;
  /** The entity of a representation; it has the `__typename` by which the subgraph knows it. */
  find(representation: Readonly<Record<string, unknown>>, subgraph: string): unknown;
}

/** Composes the subgraphs; gives the faults when they do not fit together. */
export function createFederation(
  sdl: Readonly<Record<string, string>>,
  data: FederationData,
):
  | { readonly federation: Federation; readonly faults: null }
  | { readonly federation: null; readonly faults: string } {
  const composed = composeServices(
    Object.entries(sdl).map(([name, text]) => ({ name, url: urlOf(name), typeDefs: parse(text) })),
  );
  if (composed.supergraphSdl === undefined) {
    return { federation: null, faults: (composed.errors ?? []).map(({ message }) => message).join('\n') };
  }
  const supergraph = {
    version: 1,
    hash: sha256(composed.supergraphSdl),
    sdl: composed.supergraphSdl,
    subgraphs: [],
  };
  const schema = ComposedSupergraph.build(composed.supergraphSdl, { supportedFeatures: null })
    .apiSchema()
    .toGraphQLJSSchema();
  const done = { whole: [] as string[], subgraphs: [] as string[] };
  /** Documents that are valid, with their subgraph. */
  const sound = new Set<string>();
  const schemas = new Map(
    Object.entries(sdl).map(([name, text]) => [name, subgraphSchema({ name, sdl: text, data })]),
  );
  return {
    faults: null,
    federation: {
      sdl,
      supergraph,
      schema,
      async call({ subgraph, body }): Promise<SubgraphResult> {
        const known = schemas.get(subgraph);
        if (!known) throw new Error(`No subgraph ${subgraph}`);
        const { query, variables } = JSON.parse(body) as {
          query: string;
          variables?: Record<string, unknown>;
        };
        const document = parse(query);
        // As any subgraph does: graphql-js would carry out some documents that none may.
        const [fault] = sound.has(`${subgraph} ${query}`) ? [] : validate(known, document);
        if (fault) throw new Error(`${subgraph} refuses ${query}: ${fault.message}`);
        sound.add(`${subgraph} ${query}`);
        const result = await run(known, {
          document,
          variables: variables ?? {},
          data,
          subgraph,
          onMutation: (field) => done.subgraphs.push(field),
        });
        const read = JSON.parse(JSON.stringify(result)) as Partial<SubgraphResult>;
        return { data: read.data ?? null, errors: read.errors ?? null, extensions: read.extensions };
      },
      executeWhole: (asked) =>
        run(schema, { ...asked, data, subgraph: null, onMutation: (field) => done.whole.push(field) }),
      takeDone: () => ({ whole: done.whole.splice(0), subgraphs: done.subgraphs.splice(0) }),
    },
  };
}

function urlOf(subgraph: string): string {
  return `http://127.0.0.1/${subgraph}`;
}

async function run(
  schema: GraphQLSchema,
  {
    document,
    variables,
    data,
    subgraph,
    onMutation,
  }: Asked & { data: FederationData; subgraph: string | null; onMutation: (field: string) => void },
): Promise<ExecutionResult> {
  const operation = document.definitions.find((definition) => definition.kind === 'OperationDefinition');
  return execute({
    schema,
    document,
    variableValues: variables,
    rootValue: data.root(operation?.operation === 'mutation' ? 'Mutation' : 'Query', subgraph),
    fieldResolver(parent, args, _context, { parentType, fieldName }) {
      if (parentType === schema.getMutationType()) onMutation(`${fieldName}(${JSON.stringify(args)})`);
      return data.value(parent, { type: parentType.name, field: fieldName, args, subgraph });
    },
    typeResolver: (value) => (value as { __typename: string }).__typename,
  });
}

function subgraphSchema({
  name,
  sdl,
  data,
}: {
  name: string;
  sdl: string;
  data: FederationData;
}): GraphQLSchema {
  const typeDefs = parse(sdl);
  const resolvers: Record<string, unknown> = {};
  for (const type of Object.values(buildSubgraphSchema([{ typeDefs }]).getTypeMap())) {
    if (type.name.startsWith('_') || !(isObjectType(type) || isInterfaceType(type))) continue;
    const hasKey = type.astNode?.directives?.some((directive) => directive.name.value === 'key') === true;
    if (!hasKey) continue;
    resolvers[type.name] = {
      __resolveReference: (sent: Readonly<Record<string, unknown>>) => data.find(sent, name),
    };
  }
  return buildSubgraphSchema([{ typeDefs, resolvers: resolvers as never }]);
}
