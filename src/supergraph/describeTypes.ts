import {
  type FieldDefinitionNode,
  type InputValueDefinitionNode,
  Kind,
  parse,
  print,
  type TypeDefinitionNode,
} from 'graphql';
import { type JoinGraph, joinGraphs, joinsOf } from './joinGraphs.ts';

/** A type of a supergraph as people read about it. */
export interface DescribedType {
  readonly name: string;
  /** object, interface, union, enum, input or scalar */
  readonly kind: string;
  readonly description: string | null;
  /** The subgraphs that have it. */
  readonly owners: readonly string[];
  /** Interfaces of it; of a union its members. */
  readonly related: readonly string[];
  /** Fields, input fields, or values of an enum. */
  readonly members: readonly DescribedMember[];
}

export interface DescribedMember {
  readonly name: string;
  /** With its arguments; empty for a value. */
  readonly signature: string;
  readonly description: string | null;
  readonly deprecated: string | null;
  /** The subgraphs that resolve it. */
  readonly owners: readonly string[];
}

type Member = FieldDefinitionNode | InputValueDefinitionNode;

/** The types that subgraphs have, by name; those of federation itself are left out. */
export function describeTypes(supergraphSdl: string): readonly DescribedType[] {
  const document = parse(supergraphSdl, { noLocation: true });
  const graphs = joinGraphs(document);
  const described = document.definitions.flatMap((definition) => {
    const kind = kinds.get(definition.kind);
    if (kind === undefined) return [];
    const type = definition as TypeDefinitionNode;
    return type.name.value.includes('__') ? [] : [describeType(type, { kind, graphs })];
  });
  return described.sort((one, other) => (one.name < other.name ? -1 : 1));
}

const kinds: ReadonlyMap<string, string> = new Map([
  [Kind.OBJECT_TYPE_DEFINITION, 'object'],
  [Kind.INTERFACE_TYPE_DEFINITION, 'interface'],
  [Kind.UNION_TYPE_DEFINITION, 'union'],
  [Kind.ENUM_TYPE_DEFINITION, 'enum'],
  [Kind.INPUT_OBJECT_TYPE_DEFINITION, 'input'],
  [Kind.SCALAR_TYPE_DEFINITION, 'scalar'],
]);

interface TypeMeans {
  readonly kind: string;
  readonly graphs: ReadonlyMap<string, JoinGraph>;
}

function describeType(type: TypeDefinitionNode, { kind, graphs }: TypeMeans): DescribedType {
  const nameOf = (graph: unknown): string => graphs.get(String(graph))?.subgraph ?? String(graph);
  const owners = [...new Set(joinsOf(type, 'join__type').map(({ graph }) => nameOf(graph)))];
  const ownersOf = (member: Member): readonly string[] => {
    const joins = joinsOf(member, 'join__field').filter(({ usedOverridden }) => usedOverridden !== true);
    const named = joins.flatMap(({ graph }) => (graph === undefined ? [] : [nameOf(graph)]));
    return named.length > 0 ? named : owners;
  };
  return {
    name: type.name.value,
    kind,
    description: type.description?.value ?? null,
    owners,
    related: relatedOf(type),
    members: membersOf(type, { owners, ownersOf }),
  };
}

function relatedOf(type: TypeDefinitionNode): readonly string[] {
  if (type.kind === Kind.UNION_TYPE_DEFINITION) return (type.types ?? []).map(({ name }) => name.value);
  return 'interfaces' in type ? (type.interfaces ?? []).map(({ name }) => name.value) : [];
}

function membersOf(
  type: TypeDefinitionNode,
  {
    owners,
    ownersOf,
  }: { readonly owners: readonly string[]; readonly ownersOf: (member: Member) => readonly string[] },
): readonly DescribedMember[] {
  if (type.kind === Kind.ENUM_TYPE_DEFINITION)
    return (type.values ?? []).map((value) => ({
      ...described(value),
      signature: '',
      owners,
    }));
  if (!('fields' in type)) return [];
  const fields: readonly Member[] = type.fields ?? [];
  return fields.map((field) => ({
    ...described(field),
    signature: signatureOf(field),
    owners: ownersOf(field),
  }));
}

function described({ name, description, directives = [] }: Omit<Member, 'kind' | 'type'>) {
  const deprecation = directives.find((directive) => directive.name.value === 'deprecated');
  const reason = deprecation?.arguments?.[0]?.value;
  const said = reason?.kind === Kind.STRING ? reason.value : 'No longer supported';
  return {
    name: name.value,
    description: description?.value ?? null,
    deprecated: deprecation ? said : null,
  };
}

function signatureOf(field: Member): string {
  const given = 'arguments' in field ? (field.arguments ?? []) : [];
  const inputs = given.map(({ name, type }) => `${name.value}: ${print(type)}`).join(', ');
  return `${inputs === '' ? '' : `(${inputs})`}: ${print(field.type)}`;
}
