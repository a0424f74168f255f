import {
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  Kind,
  parse,
  type SelectionSetNode,
} from 'graphql';
import { directiveArguments } from './directiveArguments.ts';
import { joinsOf } from './joinGraphs.ts';
import type { Links } from './links.ts';

/** What is fetched for a field so that its subgraph can answer it. */
export interface NeededFields {
  /** Coordinates of fields of object types, by that of the field. */
  readonly needs: ReadonlyMap<string, ReadonlySet<string>>;
  /** Fields of which it cannot be read. */
  readonly unreadable: ReadonlySet<string>;
}

/**
 * Reads `@requires` and `@fromContext` as composition wrote them into a supergraph. Keys are not among them: that an entity is
 * looked up by a field does not show the field to anybody.
 */
export function neededFields(schema: GraphQLSchema, links: Links): NeededFields {
  const contexts = typesOfContexts(schema, links);
  const needs = new Map<string, Set<string>>();
  const unreadable = new Set<string>();
  for (const type of objectTypes(schema)) {
    for (const name of Object.keys(type.getFields())) {
      const coordinate = `${type.name}.${name}`;
      for (const { on, text } of selectionsFor({ type, name, contexts })) {
        const needed = needs.get(coordinate) ?? new Set();
        needs.set(coordinate, needed);
        const set = parseSelection(text);
        if (set) addCoordinates(needed, on, { set, schema });
        else unreadable.add(coordinate);
      }
    }
  }
  return { needs, unreadable };
}

export function objectTypes(schema: GraphQLSchema): readonly GraphQLObjectType[] {
  return Object.values(schema.getTypeMap()).filter(
    (type) => isObjectType(type) && !type.name.startsWith('__'),
  ) as GraphQLObjectType[];
}

/** Types by the name of the context they set. */
function typesOfContexts(schema: GraphQLSchema, links: Links): ReadonlyMap<string, readonly string[]> {
  const contexts = new Map<string, string[]>();
  for (const type of Object.values(schema.getTypeMap())) {
    for (const directive of type.astNode?.directives ?? []) {
      if (links.directive(directive.name.value).name !== 'context') continue;
      const name = String(directiveArguments(directive).name);
      contexts.set(name, [...(contexts.get(name) ?? []), type.name]);
    }
  }
  return contexts;
}

interface Selected {
  /** The type it selects from. */
  readonly on: string;
  readonly text: string;
}

function selectionsFor({
  type,
  name,
  contexts,
}: {
  readonly type: GraphQLObjectType;
  readonly name: string;
  readonly contexts: ReadonlyMap<string, readonly string[]>;
}): readonly Selected[] {
  // What an interface object needs for a field, it needs for the field of each type behind it.
  const holders: readonly (GraphQLObjectType | GraphQLInterfaceType)[] = [type, ...type.getInterfaces()];
  return holders.flatMap((holder) => {
    const node = holder.getFields()[name]?.astNode;
    return node ? joinsOf(node, 'join__field').flatMap((join) => ofJoin(join, type.name, contexts)) : [];
  });
}

function ofJoin(
  { requires, contextArguments }: Readonly<Record<string, unknown>>,
  type: string,
  contexts: ReadonlyMap<string, readonly string[]>,
): readonly Selected[] {
  const required = typeof requires === 'string' ? [{ on: type, text: requires }] : [];
  const ofContexts = (Array.isArray(contextArguments) ? contextArguments : []).flatMap(
    (argument: unknown) => {
      const { context, selection } = Object(argument) as { context?: unknown; selection?: unknown };
      return (contexts.get(String(context)) ?? []).map((on) => ({ on, text: String(selection) }));
    },
  );
  return [...required, ...ofContexts];
}

function parseSelection(text: string): SelectionSetNode | null {
  try {
    const [operation] = parse(text.trim().startsWith('{') ? text : `{ ${text} }`, {
      noLocation: true,
    }).definitions;
    return operation?.kind === Kind.OPERATION_DEFINITION ? operation.selectionSet : null;
  } catch {
    return null;
  }
}

function addCoordinates(
  found: Set<string>,
  on: string,
  { set, schema }: { readonly set: SelectionSetNode; readonly schema: GraphQLSchema },
): void {
  const type = schema.getType(on);
  const possible = isAbstractType(type) ? schema.getPossibleTypes(type) : isObjectType(type) ? [type] : [];
  const fields = isObjectType(type) || isInterfaceType(type) ? type.getFields() : {};
  for (const selection of set.selections) {
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      const condition = selection.typeCondition?.name.value ?? on;
      addCoordinates(found, condition, { set: selection.selectionSet, schema });
    } else if (selection.kind === Kind.FIELD && !selection.name.value.startsWith('__')) {
      const name = selection.name.value;
      for (const one of possible) found.add(`${one.name}.${name}`);
      const below = fields[name] && getNamedType(fields[name].type);
      if (selection.selectionSet && isCompositeType(below))
        addCoordinates(found, below.name, { set: selection.selectionSet, schema });
    }
  }
}
