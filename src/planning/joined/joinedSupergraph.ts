import { type DocumentNode, type GraphQLSchema, Kind } from 'graphql';
import { joinArguments } from '../joinArguments.ts';
import { joinedDefinitions } from './joinedDefinition.ts';
import { type JoinedType, joinedTypes } from './joinedType.ts';
import { wholeSchema } from './wholeSchema.ts';

/** What a composed supergraph (join specification v0.2 and later) says of its subgraphs, as plain data. */
export interface JoinedSupergraph {
  /** All types, those hidden from clients too. */
  readonly schema: GraphQLSchema;
  /** By the subgraph's own name. */
  readonly subgraphs: ReadonlyMap<string, JoinedSubgraph>;
  /** Fields get arguments from a context there: plans for that are neither checked nor made here. */
  readonly usesContext: boolean;
}

export interface JoinedSubgraph {
  readonly name: string;
  /** Objects, interfaces and unions. */
  readonly types: ReadonlyMap<string, JoinedType>;
  readonly interfaceObjects: readonly JoinedType[];
}

/** Null for a supergraph of Federation 1, which says it in another way. `holds` decides labels of `@override(label:)`. */
export function joinedSupergraph(
  supergraph: DocumentNode,
  holds: (overrideLabel: string) => boolean,
): JoinedSupergraph | null {
  const names = graphNames(supergraph);
  const isOld = supergraph.definitions.some(
    (definition) => definition.kind === Kind.DIRECTIVE_DEFINITION && definition.name.value === 'join__owner',
  );
  if (isOld || names.size === 0) return null;
  const definitions = joinedDefinitions(supergraph.definitions);
  const subgraphs = new Map<string, JoinedSubgraph>();
  for (const [graph, name] of names) {
    const own = definitions.filter(({ types }) => types.has(graph));
    const types = joinedTypes(own, { graph, holds });
    const interfaceObjects = [...types.values()].filter((type) => type.isInterfaceObject);
    subgraphs.set(name, { name, types, interfaceObjects });
  }
  return { schema: wholeSchema(supergraph), subgraphs, usesContext: supergraph.definitions.some(isContext) };
}

function isContext(definition: DocumentNode['definitions'][number]): boolean {
  return (
    definition.kind === Kind.DIRECTIVE_DEFINITION && /^(context|context__.*)$/.test(definition.name.value)
  );
}

/** Enum value of the subgraph → its name. */
function graphNames({ definitions }: DocumentNode): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const definition of definitions) {
    if (definition.kind !== Kind.ENUM_TYPE_DEFINITION || definition.name.value !== 'join__Graph') continue;
    for (const value of definition.values ?? []) {
      const [graph] = joinArguments(value, 'join__graph');
      const name = graph?.others.get('name');
      if (name !== undefined) names.set(value.name.value, name);
    }
  }
  return names;
}
