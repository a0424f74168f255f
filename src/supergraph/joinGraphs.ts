import { type DirectiveNode, type DocumentNode, Kind } from 'graphql';
import { directiveArguments, textArgument } from './directiveArguments.ts';

/** A subgraph as the join specification lists it. */
export interface JoinGraph {
  readonly subgraph: string;
  readonly url: string;
}

/** The subgraphs of a supergraph, by their value of `join__Graph`. */
export function joinGraphs(document: DocumentNode): ReadonlyMap<string, JoinGraph> {
  const graphs = new Map<string, JoinGraph>();
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.ENUM_TYPE_DEFINITION || definition.name.value !== 'join__Graph') continue;
    for (const { name, directives = [] } of definition.values ?? []) {
      const graph = directives.find((directive) => directive.name.value === 'join__graph');
      if (graph)
        graphs.set(name.value, { subgraph: textArgument(graph, 'name'), url: textArgument(graph, 'url') });
    }
  }
  return graphs;
}

/** The `join__…` directives of this name as plain values; of fields, those that say a subgraph only needs the field are left out. */
export function joinsOf(
  { directives = [] }: { readonly directives?: readonly DirectiveNode[] | undefined },
  name: 'join__type' | 'join__field',
): readonly Readonly<Record<string, unknown>>[] {
  return directives
    .filter((directive) => directive.name.value === name)
    .map(directiveArguments)
    .filter(({ external }) => external !== true);
}
