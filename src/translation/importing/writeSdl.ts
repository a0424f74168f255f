import {
  type ConstDirectiveNode,
  type DefinitionNode,
  type FieldDefinitionNode,
  type InputValueDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  print,
  type TypeNode,
} from 'graphql';
import { argumentsOf, dialect } from '../dialect.ts';
import { type MessageTable, printMessageTable } from '../messageTable.ts';
import { build } from './build.ts';
import type { Draft } from './draft.ts';
import { fieldName } from './names.ts';
import { nameOf } from './overlay.ts';

interface SdlParts {
  readonly protocol: 'grpc' | 'rest';
  readonly table: MessageTable | null;
  /** What to say in the first line. */
  readonly writtenFrom: string;
}

const federation = 'https://specs.apollo.dev/federation/v2.14';

const scalars: ReadonlyMap<string, string> = new Map([
  ['Int64', 'A whole number of 64 bits, as a string of digits: JSON numbers lose digits beyond 2^53.'],
  ['UInt64', 'A whole number of 64 bits without a sign, as a string of digits.'],
  ['Bytes', 'Bytes as base64.'],
  ['Timestamp', 'A moment as RFC 3339 writes it, such as 2026-01-31T12:00:00Z.'],
  ['Duration', 'Seconds with an s, such as 1.5s.'],
  ['JSON', 'Any JSON value.'],
]);

/** A draft as SDL: what is reached from its root fields and entities, in an order that does not change from run to run. */
export function writeSdl(draft: Draft, { protocol, table, writtenFrom }: SdlParts): string {
  const known = new Map(draft.definitions.map((definition) => [nameOf(definition), definition]));
  for (const [name, description] of scalars)
    if (!known.has(name))
      known.set(name, {
        kind: Kind.SCALAR_TYPE_DEFINITION,
        name: build.name(name),
        ...build.description(description),
      });
  const reached = reachable(known);
  const used = table && usedTable(table, reached);
  const definitions = reached.map((definition) =>
    used && isObject(definition) ? withWireArguments(definition, used) : definition,
  );
  const extension: DefinitionNode = {
    kind: Kind.SCHEMA_EXTENSION,
    directives: [...schemaDirectives(draft.directives, reached), spoken(protocol, draft.directives, used)],
  };
  const own = dialect();
  const ours = new Set([...own.map(nameOf), '@only', '@omit']);
  // A mapping may define what it uses, so that editors know it.
  const more = draft.definitions.filter(
    (definition) => definition.kind === Kind.DIRECTIVE_DEFINITION && !ours.has(nameOf(definition)),
  );
  const all = [extension, ...own, ...more, ...definitions];
  return `# Written from ${writtenFrom}: change that, and not this.\n\n${all.map(print).join('\n\n')}\n`;
}

function spoken(
  protocol: 'grpc' | 'rest',
  given: readonly ConstDirectiveNode[],
  table: MessageTable | null,
): ConstDirectiveNode {
  const own = given.find(({ name }) => name.value === 'speaksRest');
  if (protocol === 'rest') return own ?? build.directive('speaksRest', {});
  return build.directive('speaksGrpc', { messages: table ? printMessageTable(table) : '' });
}

function schemaDirectives(
  given: readonly ConstDirectiveNode[],
  definitions: readonly DefinitionNode[],
): readonly ConstDirectiveNode[] {
  const own = given.filter(({ name }) => name.value !== 'speaksRest' && name.value !== 'speaksGrpc');
  if (own.some(({ name }) => name.value === 'link')) return own;
  const names = ['key', 'shareable', 'external', 'requires', 'provides', 'tag', 'inaccessible', 'override'];
  const text = definitions.map(print).join('\n');
  const wanted = names.filter((name) => new RegExp(`@${name}\\b`).test(text)).map((name) => `@${name}`);
  const link = build.directive('link', { url: federation });
  const list = { kind: Kind.LIST, values: wanted.map(build.text) } as const;
  const imported = { kind: Kind.ARGUMENT, name: build.name('import'), value: list } as const;
  return [
    { ...link, arguments: [...(link.arguments ?? []), ...(wanted.length > 0 ? [imported] : [])] },
    ...own,
  ];
}

/** Query and Mutation first, then by name. */
function reachable(known: ReadonlyMap<string, DefinitionNode>): readonly DefinitionNode[] {
  const found = new Set<string>();
  const waiting = ['Query', 'Mutation'].filter((name) => known.has(name));
  const hasKey = (definition: DefinitionNode): boolean =>
    isObject(definition) && (definition.directives ?? []).some(({ name }) => name.value === 'key');
  for (const [name, definition] of known) if (hasKey(definition)) waiting.push(name);
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const definition = known.get(name);
    if (!definition || found.has(name)) continue;
    found.add(name);
    waiting.push(...typesIn(definition));
  }
  const rank = (name: string): number => ['Query', 'Mutation'].indexOf(name) + 1 || 3;
  return [...found]
    .sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))
    .flatMap((name) => known.get(name) ?? []);
}

function typesIn(definition: DefinitionNode): readonly string[] {
  if (!('fields' in definition)) return [];
  const fields = (definition.fields ?? []) as readonly (FieldDefinitionNode | InputValueDefinitionNode)[];
  return fields.flatMap((field) => [
    nameOfType(field.type),
    ...('arguments' in field ? (field.arguments ?? []).map(({ type }) => nameOfType(type)) : []),
  ]);
}

function nameOfType(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : nameOfType(type.type);
}

/** The methods that are asked, with the messages and enums they need. */
function usedTable(table: MessageTable, definitions: readonly DefinitionNode[]): MessageTable {
  const named = definitions
    .filter(isObject)
    .flatMap((definition) =>
      [definition, ...(definition.fields ?? [])].flatMap(
        (node) => argumentsOf(node, 'grpc')?.get('method') ?? [],
      ),
    );
  const isNamed = (path: string): boolean => named.some((name) => path === name || path.endsWith(`/${name}`));
  const methods = new Map([...table.methods].filter(([path]) => isNamed(path)));
  const messages: [string, NonNullable<ReturnType<MessageTable['messages']['get']>>][] = [];
  const enums: [string, ReadonlyMap<number, string>][] = [];
  const seen = new Set<string>();
  const waiting = [...methods.values()].flatMap(({ request, response }) => [request, response]);
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (seen.has(name)) continue;
    seen.add(name);
    const message = table.messages.get(name);
    const values = table.enums.get(name);
    if (values) enums.push([name, values]);
    if (!message) continue;
    messages.push([name, message]);
    waiting.push(...message.fields.map(({ type }) => type));
  }
  return { methods, messages: new Map(messages), enums: new Map(enums) };
}

/** Arguments that a mapping names as GraphQL does find the field of the message that is called so in a .proto file. */
function withWireArguments(
  definition: ObjectTypeDefinitionNode,
  table: MessageTable,
): ObjectTypeDefinitionNode {
  return {
    ...definition,
    fields: (definition.fields ?? []).map((field) => {
      const called = argumentsOf(field, 'grpc')?.get('method');
      const method = [...table.methods].find(([path]) => path === called || path.endsWith(`/${called}`))?.[1];
      const message = method && table.messages.get(method.request);
      if (!message) return field;
      return { ...field, arguments: (field.arguments ?? []).map((argument) => withWire(argument, message)) };
    }),
  };
}

function withWire(
  argument: InputValueDefinitionNode,
  { fields }: { readonly fields: readonly { readonly name: string }[] },
): InputValueDefinitionNode {
  const { value: name } = argument.name;
  if (argumentsOf(argument, 'wire') || fields.some((field) => field.name === name)) return argument;
  const found = fields.find((field) => fieldName(field.name) === name);
  if (!found) return argument;
  return {
    ...argument,
    directives: [...(argument.directives ?? []), build.directive('wire', { name: found.name })],
  };
}

function isObject(definition: DefinitionNode): definition is ObjectTypeDefinitionNode {
  return definition.kind === Kind.OBJECT_TYPE_DEFINITION;
}
