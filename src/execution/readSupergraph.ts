import {
  buildASTSchema,
  type ConstDirectiveNode,
  type DefinitionNode,
  type DocumentNode,
  type GraphQLSchema,
  Kind,
  parse,
  type ValueNode,
  visit,
} from 'graphql';

/** What a supergraph's SDL says, without the machinery of federation. */
export interface ReadSupergraph {
  /** What clients see: nothing inaccessible, and nothing of federation itself. */
  readonly apiSchema: GraphQLSchema;
  /** All types, those hidden from clients included; subgraphs speak of them. */
  readonly fullSchema: GraphQLSchema;
  /** Subgraph → URL. */
  readonly urls: ReadonlyMap<string, string>;
  /** Subgraph → names of the types it has; it can be asked for no others. */
  readonly types: ReadonlyMap<string, ReadonlySet<string>>;
  /** Interfaces that some subgraph takes for an object type. */
  readonly interfaceObjects: ReadonlySet<string>;
}

const executableLocations = new Set([
  'QUERY',
  'MUTATION',
  'SUBSCRIPTION',
  'FIELD',
  'FRAGMENT_DEFINITION',
  'FRAGMENT_SPREAD',
  'INLINE_FRAGMENT',
  'VARIABLE_DEFINITION',
]);
/** Directives of GraphQL itself; what they say is for clients too. */
const keptDirectives = new Set(['deprecated', 'specifiedBy', 'oneOf']);

/** Reads a composed supergraph (join specification v0.1 and later, core features by `@link`). */
export function readSupergraph(sdl: string): ReadSupergraph {
  const document = parse(sdl, { noLocation: true });
  const isFeature = featureTest(document);
  const ownElements = document.definitions.filter(
    (definition) => !isFeatureDefinition(definition, isFeature),
  );
  const full = { ...document, definitions: ownElements };
  return {
    fullSchema: buildASTSchema(withoutDirectives(full), { assumeValidSDL: true, assumeValid: true }),
    apiSchema: buildASTSchema(withoutDirectives(withoutInaccessible(full)), {
      assumeValidSDL: true,
      assumeValid: true,
    }),
    urls: readUrls(document),
    types: readTypes(document),
    interfaceObjects: readInterfaceObjects(document),
  };
}

/** Tells the names that belong to a linked specification: its own directive, what it prefixes, what is imported from it. */
function featureTest(document: DocumentNode): (name: string) => boolean {
  const prefixes = new Set<string>();
  const imported = new Set<string>();
  for (const link of schemaDirectives(document).filter(
    ({ name }) => name.value === 'link' || name.value === 'core',
  )) {
    const url = stringOf(argument(link, 'url') ?? argument(link, 'feature')) ?? '';
    const [, name = ''] = /\/([^/]+)\/v\d+(?:\.\d+)?\/?$/.exec(url) ?? [];
    prefixes.add(stringOf(argument(link, 'as')) ?? name);
    const imports = argument(link, 'import');
    for (const item of imports?.kind === Kind.LIST ? imports.values : []) imported.add(importedName(item));
  }
  return (name) => prefixes.has(name) || prefixes.has(name.split('__')[0] ?? '') || imported.has(name);
}

function importedName(item: ValueNode): string {
  if (item.kind === Kind.STRING) return item.value.replace(/^@/, '');
  if (item.kind !== Kind.OBJECT) return '';
  const field = (name: string) =>
    stringOf(item.fields.find((candidate) => candidate.name.value === name)?.value);
  return (field('as') ?? field('name') ?? '').replace(/^@/, '');
}

function isFeatureDefinition(definition: DefinitionNode, isFeature: (name: string) => boolean): boolean {
  if (definition.kind === Kind.DIRECTIVE_DEFINITION) {
    const isForClients = definition.locations.some(({ value }) => executableLocations.has(value));
    return isFeature(definition.name.value) || !isForClients;
  }
  if (definition.kind === Kind.SCHEMA_DEFINITION || definition.kind === Kind.SCHEMA_EXTENSION) return false;
  return (
    'name' in definition &&
    definition.name !== undefined &&
    definition.name.value.includes('__') &&
    isFeature(definition.name.value)
  );
}

function withoutInaccessible(document: DocumentNode): DocumentNode {
  const remove = (node: { readonly directives?: readonly ConstDirectiveNode[] }) =>
    node.directives?.some(({ name }) => name.value === 'inaccessible') ? null : undefined;
  const hidden = new Set(
    document.definitions.flatMap((node) =>
      'name' in node && node.name && 'directives' in node && remove(node as never) === null
        ? [node.name.value]
        : [],
    ),
  );
  return visit(document, {
    enter(node) {
      if ('directives' in node && remove(node as never) === null) return null;
      // A hidden type is no member of a union and no interface of a type any more.
      return node.kind === Kind.NAMED_TYPE && hidden.has(node.name.value) ? null : undefined;
    },
  });
}

function withoutDirectives(document: DocumentNode): DocumentNode {
  return visit(document, {
    [Kind.DIRECTIVE]: (node) => (keptDirectives.has(node.name.value) ? undefined : null),
    [Kind.DIRECTIVE_DEFINITION]: () => false,
  });
}

function readTypes(document: DocumentNode): ReadonlyMap<string, ReadonlySet<string>> {
  const names = new Map<string, string>();
  for (const { value, graph } of joinGraphs(document))
    names.set(value, stringOf(argument(graph, 'name')) ?? '');
  const types = new Map<string, Set<string>>([...names.values()].map((name) => [name, new Set()]));
  for (const definition of document.definitions) {
    if (!('directives' in definition && 'name' in definition) || !definition.name) continue;
    for (const directive of definition.directives ?? []) {
      if (directive.name.value !== 'join__type') continue;
      const graph = argument(directive as ConstDirectiveNode, 'graph');
      const subgraph = graph?.kind === Kind.ENUM ? names.get(graph.value) : undefined;
      if (subgraph !== undefined) types.get(subgraph)?.add(definition.name.value);
    }
  }
  return types;
}

function readInterfaceObjects(document: DocumentNode): ReadonlySet<string> {
  const names = document.definitions.flatMap((definition) => {
    if (definition.kind !== Kind.INTERFACE_TYPE_DEFINITION) return [];
    const isObjectSomewhere = definition.directives?.some((directive) => {
      const value = argument(directive, 'isInterfaceObject');
      return directive.name.value === 'join__type' && value?.kind === Kind.BOOLEAN && value.value;
    });
    return isObjectSomewhere ? [definition.name.value] : [];
  });
  return new Set(names);
}

/** The subgraphs as the join specification lists them: enum value and directive. */
function joinGraphs(document: DocumentNode): { value: string; graph: ConstDirectiveNode }[] {
  const graphs: { value: string; graph: ConstDirectiveNode }[] = [];
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.ENUM_TYPE_DEFINITION || definition.name.value !== 'join__Graph') continue;
    for (const { name, directives } of definition.values ?? []) {
      const graph = directives?.find((directive) => directive.name.value === 'join__graph');
      if (graph) graphs.push({ value: name.value, graph });
    }
  }
  return graphs;
}

function readUrls(document: DocumentNode): ReadonlyMap<string, string> {
  return new Map(
    joinGraphs(document).map(({ graph }) => [
      stringOf(argument(graph, 'name')) ?? '',
      stringOf(argument(graph, 'url')) ?? '',
    ]),
  );
}

function schemaDirectives(document: DocumentNode): readonly ConstDirectiveNode[] {
  return document.definitions.flatMap((definition) =>
    definition.kind === Kind.SCHEMA_DEFINITION || definition.kind === Kind.SCHEMA_EXTENSION
      ? (definition.directives ?? [])
      : [],
  );
}

function argument(directive: ConstDirectiveNode, name: string): ValueNode | undefined {
  return directive.arguments?.find((candidate) => candidate.name.value === name)?.value;
}

function stringOf(value: ValueNode | undefined): string | null {
  return value?.kind === Kind.STRING ? value.value : null;
}
