import {
  type ConstDirectiveNode,
  type DefinitionNode,
  type DocumentNode,
  type FieldDefinitionNode,
  GraphQLError,
  type InputValueDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  parse,
  type SchemaExtensionNode,
  Source,
} from 'graphql';
import { TranslationFault } from '../translationFault.ts';
import type { Draft } from './draft.ts';

/** A mapping file: SDL that stands over what was generated. Throws a TranslationFault with the place where it cannot be read. */
export function readMapping(text: string, file: string): DocumentNode {
  try {
    const document = parse(new Source(text, file), { noLocation: true });
    for (const { kind } of document.definitions)
      if (kind === Kind.OPERATION_DEFINITION || kind === Kind.FRAGMENT_DEFINITION)
        throw new TranslationFault(
          `${file}: a mapping holds types and extensions of the schema, and no operations.`,
        );
    return document;
  } catch (thrown) {
    if (!(thrown instanceof GraphQLError)) throw thrown;
    const [{ line = 0, column = 0 } = {}] = thrown.locations ?? [];
    throw new TranslationFault(`${file}:${line}:${column}: ${thrown.message}`, { cause: thrown });
  }
}

/**
 * What was generated with the mapping over it. A type of the mapping is added to the generated one of its name: its fields take the
 * place of those they are called like, `@omit` takes one out, `@only` on the type takes out all that the mapping does not name, and so does
 * `extend schema @only` for the fields of Query and Mutation.
 */
export function overlay(draft: Draft, mapping: DocumentNode): Draft {
  const extensions = mapping.definitions.filter(isSchemaExtension);
  const own = extensions.flatMap(({ directives = [] }) => directives);
  const isOnlyRoots = own.some(isCalled('only'));
  const kept = [...draft.directives, ...own.filter((each) => !isCalled('only')(each))];
  const definitions = new Map<string, DefinitionNode>();
  for (const definition of draft.definitions) {
    const name = nameOf(definition);
    if (isOnlyRoots && (name === 'Query' || name === 'Mutation')) continue;
    definitions.set(name, definition);
  }
  for (const definition of mapping.definitions) {
    if (isSchemaExtension(definition)) continue;
    const name = nameOf(definition);
    // Those that are taken out of Query are still what a mapping may build on.
    const known = definitions.get(name) ?? draft.definitions.find((each) => nameOf(each) === name);
    const isGone = !definitions.has(name);
    definitions.set(name, over(known, definition, isGone && isOnlyRoots));
  }
  return { ...draft, definitions: [...definitions.values()], directives: kept };
}

function over(
  known: DefinitionNode | undefined,
  mapped: DefinitionNode,
  isOnlyMapped: boolean,
): DefinitionNode {
  if (!isObject(mapped)) return mapped;
  const base = known && isObject(known) ? known : null;
  const fields = new Map((base?.fields ?? []).map((field) => [field.name.value, field]));
  const isOnly = isOnlyMapped || (mapped.directives ?? []).some(isCalled('only'));
  const taken = new Map(isOnly ? [] : fields);
  for (const field of mapped.fields ?? []) {
    const { value: name } = field.name;
    if ((field.directives ?? []).some(isCalled('omit'))) taken.delete(name);
    else taken.set(name, fieldOver(fields.get(name), field));
  }
  const directives = [
    ...(base?.directives ?? []),
    ...(mapped.directives ?? []).filter((each) => !isCalled('only')(each)),
  ];
  const description = mapped.description ?? base?.description;
  return {
    kind: Kind.OBJECT_TYPE_DEFINITION,
    name: mapped.name,
    ...(description && { description }),
    interfaces: mapped.interfaces ?? [],
    directives,
    fields: [...taken.values()],
  };
}

/** How it is asked and what the service calls it stay, where the mapping says nothing else. */
function fieldOver(base: FieldDefinitionNode | undefined, mapped: FieldDefinitionNode): FieldDefinitionNode {
  if (!base) return mapped;
  const given = new Map((base.arguments ?? []).map((argument) => [argument.name.value, argument]));
  const isAsked = (mapped.directives ?? []).some((each) => isCalled('rest')(each) || isCalled('grpc')(each));
  const inherited = isAsked ? [] : (mapped.arguments ?? []).length > 0 ? [] : (base.arguments ?? []);
  const description = mapped.description ?? base.description;
  return {
    ...mapped,
    ...(description && { description }),
    arguments: [
      ...(mapped.arguments ?? []).map((each) => argumentOver(given.get(each.name.value), each)),
      ...inherited,
    ],
    directives: directivesOver(base.directives, mapped.directives),
  };
}

function argumentOver(
  base: InputValueDefinitionNode | undefined,
  mapped: InputValueDefinitionNode,
): InputValueDefinitionNode {
  return base ? { ...mapped, directives: directivesOver(base.directives, mapped.directives) } : mapped;
}

function directivesOver(
  base: readonly ConstDirectiveNode[] = [],
  mapped: readonly ConstDirectiveNode[] = [],
): readonly ConstDirectiveNode[] {
  const asks = ['rest', 'grpc', 'refers'];
  const isAsked = mapped.some(({ name }) => asks.includes(name.value));
  const names = new Set(mapped.map(({ name }) => name.value));
  return [
    ...base.filter(
      ({ name }) => !names.has(name.value) && !(isAsked && [...asks, 'wire'].includes(name.value)),
    ),
    ...mapped,
  ];
}

function isCalled(name: string) {
  return (directive: ConstDirectiveNode): boolean => directive.name.value === name;
}

function isSchemaExtension(definition: DefinitionNode): definition is SchemaExtensionNode {
  return definition.kind === Kind.SCHEMA_EXTENSION || definition.kind === Kind.SCHEMA_DEFINITION;
}

function isObject(definition: DefinitionNode): definition is ObjectTypeDefinitionNode {
  return definition.kind === Kind.OBJECT_TYPE_DEFINITION || definition.kind === Kind.OBJECT_TYPE_EXTENSION;
}

/** Directives are called apart from types. */
export function nameOf(definition: DefinitionNode): string {
  const name = 'name' in definition && definition.name ? definition.name.value : '';
  return definition.kind === Kind.DIRECTIVE_DEFINITION ? `@${name}` : name;
}
