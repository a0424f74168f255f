import {
  type DefinitionNode,
  type FieldDefinitionNode,
  type InterfaceTypeDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  type UnionTypeDefinitionNode,
} from 'graphql';
import { type JoinArguments, joinArguments } from '../joinArguments.ts';

/** A composite type of a supergraph, its directives read once and sorted by subgraph (by its enum value). */
export interface JoinedDefinition {
  readonly name: string;
  readonly kind: 'object' | 'interface' | 'union';
  /** One for each key, one for no key. */
  readonly types: ReadonlyMap<string, readonly JoinArguments[]>;
  readonly implementing: ReadonlyMap<string, readonly JoinArguments[]>;
  /** Null where the union has all its members everywhere. */
  readonly members: ReadonlyMap<string, readonly JoinArguments[]> | null;
  readonly allMembers: readonly string[];
  readonly fields: readonly DefinedField[];
}

export interface DefinedField {
  readonly definition: FieldDefinitionNode;
  /** Null for a field that every subgraph of the type has. */
  readonly joins: ReadonlyMap<string, readonly JoinArguments[]> | null;
}

type CompositeNode = ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode | UnionTypeDefinitionNode;

export function joinedDefinitions(definitions: readonly DefinitionNode[]): readonly JoinedDefinition[] {
  return definitions.filter(isComposite).map((node) => {
    const isUnion = node.kind === Kind.UNION_TYPE_DEFINITION;
    const members = joinArguments(node, 'join__unionMember');
    return {
      name: node.name.value,
      kind: isUnion ? 'union' : node.kind === Kind.OBJECT_TYPE_DEFINITION ? 'object' : 'interface',
      types: byGraph(joinArguments(node, 'join__type')),
      implementing: byGraph(joinArguments(node, 'join__implements')),
      members: members.length > 0 ? byGraph(members) : null,
      allMembers: isUnion ? (node.types ?? []).map(({ name }) => name.value) : [],
      fields: isUnion ? [] : (node.fields ?? []).map(definedField),
    };
  });
}

function definedField(definition: FieldDefinitionNode): DefinedField {
  const joins = joinArguments(definition, 'join__field');
  return { definition, joins: joins.length > 0 ? byGraph(joins) : null };
}

function isComposite(definition: DefinitionNode): definition is CompositeNode {
  return (
    definition.kind === Kind.OBJECT_TYPE_DEFINITION ||
    definition.kind === Kind.INTERFACE_TYPE_DEFINITION ||
    definition.kind === Kind.UNION_TYPE_DEFINITION
  );
}

function byGraph(joins: readonly JoinArguments[]): ReadonlyMap<string, readonly JoinArguments[]> {
  const sorted = new Map<string, JoinArguments[]>();
  for (const join of joins) {
    const there = sorted.get(join.graph) ?? [];
    sorted.set(join.graph, there);
    there.push(join);
  }
  return sorted;
}
