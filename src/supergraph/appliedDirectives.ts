import {
  type ConstDirectiveNode,
  type DocumentNode,
  isTypeDefinitionNode,
  isTypeExtensionNode,
  Kind,
  parse,
} from 'graphql';
import { type DirectiveArguments, directiveArguments } from './directiveArguments.ts';
import { type JoinGraph, joinGraphs, joinsOf } from './joinGraphs.ts';
import { type Links, readLinks } from './links.ts';

/** Defined by Apollo's specifications; only what links them there is meant. */
const specified = ['authenticated', 'requiresScopes', 'policy', 'cost', 'listSize', 'cacheTag'] as const;
/** Defined by each subgraph for itself, or linked from anywhere. */
const conventional = ['cacheControl', 'rateLimit'] as const;
const conventionalNames: ReadonlySet<string> = new Set(conventional);
const names: ReadonlySet<string> = new Set([...specified, ...conventional]);
const mentioned = new RegExp([...names].join('|'));

export type RuleDirective = (typeof specified)[number] | (typeof conventional)[number];

/** A directive where it stands. */
export interface AppliedDirective {
  readonly name: RuleDirective;
  /** `Type`, `Type.field` or `Type.field(argument:)`. */
  readonly coordinate: string;
  /** The subgraphs it speaks for. */
  readonly subgraphs: readonly string[];
  readonly given: DirectiveArguments;
}

type Element = {
  readonly directives?: readonly ConstDirectiveNode[] | undefined;
};

/** The directives that rules are read from: of a subgraph's SDL, or, with null for its name, what composition kept in a supergraph's. */
export function appliedDirectives(sdl: string, subgraph: string | null): readonly AppliedDirective[] {
  // Whatever they are called in the document, their own names stand in what imports them.
  if (!mentioned.test(sdl)) return [];
  const document = parse(sdl, { noLocation: true });
  const links = readLinks(document);
  const rootNames = readRootNames(document);
  const graphs = joinGraphs(document);
  const all = subgraph === null ? [] : [subgraph];
  const found: AppliedDirective[] = [];

  function take(coordinate: string, { directives = [] }: Element, subgraphs: readonly string[]): void {
    for (const directive of directives) {
      const given = directiveArguments(directive);
      // Composition writes down so what it does not merge.
      if (directive.name.value === 'join__directive') {
        const name = ruleOf(String(given.name).replace('federation__', ''), names);
        const told = subgraphsOf(given.graphs, graphs);
        if (name) found.push({ name, coordinate, subgraphs: told, given: Object(given.args) });
      } else {
        const name = ruleDirective(directive.name.value, links);
        if (name) found.push({ name, coordinate, subgraphs, given });
      }
    }
  }

  for (const definition of document.definitions) {
    if (!isTypeDefinitionNode(definition) && !isTypeExtensionNode(definition)) continue;
    const type = rootNames.get(definition.name.value) ?? definition.name.value;
    const ofType = joined(definition, 'join__type', graphs) ?? all;
    take(type, definition, ofType);
    for (const field of ('fields' in definition && definition.fields) || []) {
      const coordinate = `${type}.${field.name.value}`;
      const ofField = joined(field, 'join__field', graphs) ?? ofType;
      take(coordinate, field, ofField);
      for (const argument of ('arguments' in field && field.arguments) || [])
        take(`${coordinate}(${argument.name.value}:)`, argument, ofField);
    }
  }
  return found;
}

function ruleDirective(written: string, links: Links): RuleDirective | null {
  const { specification, name } = links.directive(written);
  const isSpecified = specification?.startsWith('https://specs.apollo.dev/') ?? false;
  return ruleOf(name, isSpecified ? names : conventionalNames);
}

function ruleOf(name: string, known: ReadonlySet<string>): RuleDirective | null {
  return known.has(name) ? (name as RuleDirective) : null;
}

function joined(
  element: Element,
  name: 'join__type' | 'join__field',
  graphs: ReadonlyMap<string, JoinGraph>,
): readonly string[] | null {
  const joins = joinsOf(element, name);
  return joins.length === 0
    ? null
    : subgraphsOf(
        joins.map(({ graph }) => graph),
        graphs,
      );
}

function subgraphsOf(values: unknown, graphs: ReadonlyMap<string, JoinGraph>): readonly string[] {
  const listed = (Array.isArray(values) ? values : [values]).map(
    (value) => graphs.get(String(value))?.subgraph,
  );
  return [...new Set(listed.filter((subgraph) => subgraph !== undefined))];
}

/** A subgraph may call its root types what it likes; the supergraph does not. */
function readRootNames(document: DocumentNode): ReadonlyMap<string, string> {
  const roots = { query: 'Query', mutation: 'Mutation', subscription: 'Subscription' };
  return new Map(
    document.definitions.flatMap((definition) =>
      definition.kind === Kind.SCHEMA_DEFINITION || definition.kind === Kind.SCHEMA_EXTENSION
        ? (definition.operationTypes ?? []).map(
            ({ operation, type }) => [type.name.value, roots[operation]] as const,
          )
        : [],
    ),
  );
}
