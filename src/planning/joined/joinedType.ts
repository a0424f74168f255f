import {
  type DocumentNode,
  type InterfaceTypeDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  type SelectionSetNode,
  type UnionTypeDefinitionNode,
} from 'graphql';
import { joinArguments } from '../joinArguments.ts';
import { fieldSet } from './fieldSet.ts';
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

type CompositeDefinition = ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode | UnionTypeDefinitionNode;

export function joinedTypes(supergraph: DocumentNode, of: OfGraph): ReadonlyMap<string, JoinedType> {
  const definitions = supergraph.definitions.filter(isComposite).filter((type) => isIn(type, of.graph));
  const implementing = implementations(definitions, of.graph);
  const types = new Map<string, JoinedType>();
  for (const definition of definitions) {
    const name = definition.name.value;
    const joins = joinArguments(definition, 'join__type').filter(({ graph }) => graph === of.graph);
    const isInterfaceObject = joins.some(({ others }) => others.get('isInterfaceObject') === 'true');
    const isObject = isInterfaceObject || definition.kind === Kind.OBJECT_TYPE_DEFINITION;
    const isUnion = definition.kind === Kind.UNION_TYPE_DEFINITION;
    types.set(name, {
      name,
      kind: isObject ? 'object' : isUnion ? 'union' : 'interface',
      isInterfaceObject,
      keys: joins.flatMap(({ others }) => keyOf(others)),
      fields: isUnion ? new Map() : joinedFields(definition, of),
      objects: isObject ? [name] : isUnion ? members(definition, of.graph) : (implementing.get(name) ?? []),
    });
  }
  return types;
}

function keyOf(join: ReadonlyMap<string, string>): JoinedKey[] {
  const fields = join.get('key');
  if (fields === undefined) return [];
  return [{ fields: fieldSet(fields), isResolvable: join.get('resolvable') !== 'false' }];
}

function isComposite(definition: DocumentNode['definitions'][number]): definition is CompositeDefinition {
  return (
    definition.kind === Kind.OBJECT_TYPE_DEFINITION ||
    definition.kind === Kind.INTERFACE_TYPE_DEFINITION ||
    definition.kind === Kind.UNION_TYPE_DEFINITION
  );
}

function isIn(type: CompositeDefinition, wanted: string): boolean {
  return joinArguments(type, 'join__type').some(({ graph }) => graph === wanted);
}

function members(union: UnionTypeDefinitionNode, wanted: string): readonly string[] {
  const joins = joinArguments(union, 'join__unionMember');
  if (joins.length === 0) return (union.types ?? []).map(({ name }) => name.value);
  return joins.filter(({ graph }) => graph === wanted).flatMap(({ others }) => others.get('member') ?? []);
}

/** Interface → its objects in the subgraph. */
function implementations(
  types: readonly CompositeDefinition[],
  wanted: string,
): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const type of types) {
    const isObject =
      type.kind === Kind.OBJECT_TYPE_DEFINITION ||
      joinArguments(type, 'join__type').some(
        ({ graph, others }) => graph === wanted && others.get('isInterfaceObject') === 'true',
      );
    if (!isObject) continue;
    for (const { graph, others } of joinArguments(type, 'join__implements')) {
      const name = others.get('interface');
      if (graph !== wanted || name === undefined) continue;
      found.set(name, [...(found.get(name) ?? []), type.name.value]);
    }
  }
  return found;
}
