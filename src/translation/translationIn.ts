import {
  type ConstDirectiveNode,
  type DefinitionNode,
  type EnumValueDefinitionNode,
  type FieldDefinitionNode,
  type InputValueDefinitionNode,
  Kind,
  type TypeNode,
} from 'graphql';
import type {
  TranslatedField,
  TranslatedInput,
  TranslatedObject,
  TranslatedType,
  Translation,
  TypeShape,
} from '../model/translation.ts';
import { argumentsOf, type WithDirectives } from './dialect.ts';
import { type MessageTable, readMessageTable } from './messageTable.ts';
import { readAsk } from './readAsk.ts';
import { template } from './template.ts';
import { TranslationFault } from './translationFault.ts';
import { wayOf } from './wayOf.ts';

const noTable: MessageTable = { messages: new Map(), enums: new Map(), methods: new Map() };

/** The translation that definitions hold; null where they are those of a GraphQL server. Throws a TranslationFault. */
export function translationIn(definitions: readonly DefinitionNode[]): Translation | null {
  const directives = schemaDirectives(definitions);
  const grpc = argumentsOf({ directives }, 'speaksGrpc');
  const rest = argumentsOf({ directives }, 'speaksRest');
  if (!grpc && !rest) return null;
  if (grpc && rest) throw new TranslationFault('It speaks gRPC or REST, and not both at once.');
  const table = grpc ? tableOf(String(grpc.get('messages') ?? '')) : noTable;
  const types = new Map<string, TranslatedType>();
  for (const definition of definitions) {
    const type = typeOf(definition, table);
    if (type) types.set(type.name, joined(types.get(type.name), type.type));
  }
  const roots = { query: 'Query', mutation: 'Mutation' };
  for (const root of Object.values(roots)) checkRoot(root, types.get(root));
  return {
    protocol: grpc ? 'grpc' : 'rest',
    types,
    roots,
    messages: table.messages,
    enums: table.enums,
    errors: {
      message: wayOrNull(rest?.get('errorMessage')),
      code: wayOrNull(rest?.get('errorCode')),
    },
  };
}

function schemaDirectives(definitions: readonly DefinitionNode[]): readonly ConstDirectiveNode[] {
  return definitions.flatMap((definition) =>
    definition.kind === Kind.SCHEMA_DEFINITION || definition.kind === Kind.SCHEMA_EXTENSION
      ? (definition.directives ?? [])
      : [],
  );
}

function tableOf(text: string): MessageTable {
  try {
    return readMessageTable(text);
  } catch (thrown) {
    throw new TranslationFault(`@speaksGrpc: ${(thrown as Error).message}.`);
  }
}

function typeOf(
  definition: DefinitionNode,
  table: MessageTable,
): { readonly name: string; readonly type: TranslatedType } | null {
  switch (definition.kind) {
    case Kind.OBJECT_TYPE_DEFINITION:
    case Kind.OBJECT_TYPE_EXTENSION: {
      const { value: name } = definition.name;
      const fields = (definition.fields ?? []).map((field) => fieldOf(field, { type: name, table }));
      const entity = readAsk(definition, { at: name, table, arguments: new Map(), isRoot: false });
      return { name, type: { kind: 'object', fields: new Map(fields), entity } };
    }
    case Kind.INPUT_OBJECT_TYPE_DEFINITION:
    case Kind.INPUT_OBJECT_TYPE_EXTENSION:
      return { name: definition.name.value, type: { kind: 'input', fields: inputsOf(definition.fields) } };
    case Kind.ENUM_TYPE_DEFINITION:
    case Kind.ENUM_TYPE_EXTENSION:
      return { name: definition.name.value, type: enumOf(definition.values ?? []) };
    case Kind.SCALAR_TYPE_DEFINITION:
      return { name: definition.name.value, type: { kind: 'scalar' } };
    case Kind.INTERFACE_TYPE_DEFINITION:
    case Kind.UNION_TYPE_DEFINITION:
      throw new TranslationFault(
        `${definition.name.value}: interfaces and unions cannot be asked of a service that is no GraphQL server.`,
      );
    default:
      return null;
  }
}

function joined(known: TranslatedType | undefined, more: TranslatedType): TranslatedType {
  if (known?.kind !== 'object' || more.kind !== 'object') return more;
  return {
    kind: 'object',
    fields: new Map([...known.fields, ...more.fields]),
    entity: more.entity ?? known.entity,
  };
}

function fieldOf(
  field: FieldDefinitionNode,
  { type, table }: { type: string; table: MessageTable },
): readonly [string, TranslatedField] {
  const { value: name } = field.name;
  const at = `${type}.${name}`;
  const given = inputsOf(field.arguments);
  const by = argumentsOf(field, 'refers')?.get('by');
  return [
    name,
    {
      type: shapeOf(field.type),
      wire: wireName(field, name),
      arguments: given,
      ask: readAsk(field, { at, table, arguments: given, isRoot: type === 'Query' || type === 'Mutation' }),
      refers: by === undefined ? null : template(String(by), `${at} @refers(by:)`),
    },
  ];
}

function inputsOf(nodes: readonly InputValueDefinitionNode[] = []): ReadonlyMap<string, TranslatedInput> {
  return new Map(
    nodes.map((node) => [
      node.name.value,
      {
        type: shapeOf(node.type),
        wire: wireName(node, node.name.value),
        default: node.defaultValue ?? null,
      },
    ]),
  );
}

function enumOf(values: readonly EnumValueDefinitionNode[]): TranslatedType {
  const pairs = values.map((value) => [value.name.value, wireName(value, value.name.value)] as const);
  return {
    kind: 'enum',
    toWire: new Map(pairs),
    fromWire: new Map(pairs.map(([ours, theirs]) => [theirs, ours])),
  };
}

function wireName(node: WithDirectives, name: string): string {
  return String(argumentsOf(node, 'wire')?.get('name') ?? name);
}

function shapeOf(node: TypeNode): TypeShape {
  if (node.kind === Kind.NON_NULL_TYPE) return shapeOf(node.type);
  if (node.kind === Kind.NAMED_TYPE) return { name: node.name.value, lists: 0 };
  const { name, lists } = shapeOf(node.type);
  return { name, lists: lists + 1 };
}

function checkRoot(name: string, type: TranslatedType | undefined): void {
  if (type?.kind !== 'object') return;
  for (const [field, { ask }] of (type as TranslatedObject).fields)
    if (ask === null)
      throw new TranslationFault(
        `${name}.${field} does not say how it is asked for: give it @rest or @grpc.`,
      );
}

function wayOrNull(text: unknown): readonly string[] | null {
  const way = wayOf(text);
  return way.length > 0 ? way : null;
}
