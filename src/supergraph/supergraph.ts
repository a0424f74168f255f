/**
 * Supergraph: what SDL says, for the parts that work by it. `readSupergraph` gives the schemas, and who resolves what, of a composed
 * supergraph; `readSchemaRules` gives what its directives demand: authorization, cost, caching, rate limits.
 *
 * Directives are known by the specification they come from, not by how they are written (`@auth`, `@federation__authenticated`).
 * Nothing is enforced here and nothing is kept: a generation holds what was read, and hands it to those who enforce it.
 *
 *   const { apiSchema, urls } = readSupergraph(supergraph.sdl);
 *   const { rules, faults } = readSchemaRules(supergraph);
 *   rules.authorization.get('Query.trips');  // { authenticated: true, scopes: [[['trips:read']]], policies: [] }
 */
import {
  buildASTSchema,
  type ConstDirectiveNode,
  type DefinitionNode,
  type DocumentNode,
  type GraphQLSchema,
  Kind,
  parse,
  visit,
} from 'graphql';
import { type JoinGraph, joinGraphs, joinsOf } from './joinGraphs.ts';
import { type Links, readLinks } from './links.ts';
import { overrideLabels } from './overrideLabels.ts';

export { type DescribedType, describeTypes } from './describeTypes.ts';
export { overrideLabels } from './overrideLabels.ts';
export { type ReadSchemaRules, readSchemaRules } from './readSchemaRules.ts';
export { withoutPurposes } from './withoutPurposes.ts';

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
  /** Labels of progressive `@override`, such as `percent(20)`; sorted. */
  readonly overrideLabels: readonly string[];
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
  const links = readLinks(document);
  const graphs = joinGraphs(document);
  const ownElements = document.definitions.filter((definition) => !isFeatureDefinition(definition, links));
  const full = { ...document, definitions: ownElements };
  return {
    fullSchema: buildASTSchema(withoutDirectives(full), { assumeValidSDL: true, assumeValid: true }),
    apiSchema: buildASTSchema(withoutDirectives(withoutInaccessible(full, links)), {
      assumeValidSDL: true,
      assumeValid: true,
    }),
    urls: new Map([...graphs.values()].map(({ subgraph, url }) => [subgraph, url])),
    types: readTypes(document, graphs),
    interfaceObjects: readInterfaceObjects(document),
    overrideLabels: overrideLabels(document),
  };
}

function isFeatureDefinition(definition: DefinitionNode, { isFeature }: Links): boolean {
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

function withoutInaccessible(document: DocumentNode, links: Links): DocumentNode {
  const remove = (node: { readonly directives?: readonly ConstDirectiveNode[] }) =>
    node.directives?.some(({ name }) => links.directive(name.value).name === 'inaccessible')
      ? null
      : undefined;
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

function readTypes(
  document: DocumentNode,
  graphs: ReadonlyMap<string, JoinGraph>,
): ReadonlyMap<string, ReadonlySet<string>> {
  const types = new Map<string, Set<string>>(
    [...graphs.values()].map(({ subgraph }) => [subgraph, new Set()]),
  );
  for (const definition of document.definitions) {
    if (!('directives' in definition && 'name' in definition) || !definition.name) continue;
    for (const { graph } of joinsOf(definition, 'join__type')) {
      types.get(graphs.get(String(graph))?.subgraph ?? '')?.add(definition.name.value);
    }
  }
  return types;
}

function readInterfaceObjects(document: DocumentNode): ReadonlySet<string> {
  const names = document.definitions.flatMap((definition) => {
    if (definition.kind !== Kind.INTERFACE_TYPE_DEFINITION) return [];
    const isObjectSomewhere = joinsOf(definition, 'join__type').some(
      ({ isInterfaceObject }) => isInterfaceObject === true,
    );
    return isObjectSomewhere ? [definition.name.value] : [];
  });
  return new Set(names);
}
