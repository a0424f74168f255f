import type { SelectionSetNode } from 'graphql';
import { fieldSet } from './fieldSet.ts';
import type { JoinedDefinition } from './joinedDefinition.ts';
import { type JoinedField, joinedFields, type OfGraph } from './joinedField.ts';

/** A composite type as one subgraph has it. */
export interface JoinedType {
  readonly name: string;
  readonly kind: 'object' | 'interface' | 'union';
  /** An object here, an interface elsewhere. */
  readonly isInterfaceObject: boolean;
  readonly keys: readonly JoinedKey[];
  readonly fields: ReadonlyMap<string, JoinedField>;
  /** The types that an object of it may have here, interface objects among them: itself, if it is an object. */
  readonly objects: readonly string[];
}

export interface JoinedKey {
  readonly fields: SelectionSetNode;
  /** Whether the subgraph finds an entity by it. */
  readonly isResolvable: boolean;
}

/** The types of one subgraph, from the definitions that it has a part in. */
export function joinedTypes(
  definitions: readonly JoinedDefinition[],
  of: OfGraph,
): ReadonlyMap<string, JoinedType> {
  const implementing = implementations(definitions, of.graph);
  const types = new Map<string, JoinedType>();
  for (const definition of definitions) {
    const { name } = definition;
    const kind = kindIn(definition, of.graph);
    types.set(name, {
      name,
      kind,
      isInterfaceObject: kind === 'object' && definition.kind === 'interface',
      keys: (definition.types.get(of.graph) ?? []).flatMap(({ others }) => keyOf(others)),
      fields: joinedFields(definition.fields, of),
      objects:
        kind === 'object'
          ? [name]
          : kind === 'union'
            ? members(definition, of.graph)
            : (implementing.get(name) ?? []),
    });
  }
  return types;
}

function kindIn({ kind, types }: JoinedDefinition, graph: string): JoinedType['kind'] {
  const isInterfaceObject = types
    .get(graph)
    ?.some(({ others }) => others.get('isInterfaceObject') === 'true');
  return isInterfaceObject ? 'object' : kind;
}

function keyOf(join: ReadonlyMap<string, string>): JoinedKey[] {
  const fields = join.get('key');
  if (fields === undefined) return [];
  return [{ fields: fieldSet(fields), isResolvable: join.get('resolvable') !== 'false' }];
}

function members({ members: joins, allMembers }: JoinedDefinition, graph: string): readonly string[] {
  return joins ? (joins.get(graph) ?? []).flatMap(({ others }) => others.get('member') ?? []) : allMembers;
}

/** Interface → its objects in the subgraph. */
function implementations(
  definitions: readonly JoinedDefinition[],
  graph: string,
): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const definition of definitions) {
    if (kindIn(definition, graph) !== 'object') continue;
    for (const { others } of definition.implementing.get(graph) ?? []) {
      const name = others.get('interface') ?? '';
      const objects = found.get(name) ?? [];
      found.set(name, objects);
      objects.push(definition.name);
    }
  }
  return found;
}
