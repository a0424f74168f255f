import {
  type DocumentNode,
  type FieldDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  type TypeNode,
  visit,
} from 'graphql';
import { type JoinArguments, joinArguments } from './joinArguments.ts';

/** The graphs of a field that are free to resolve it, by type and field; fields with no choice are not in it. */
export type SharedFields = ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>;

/**
 * Finds the fields of a supergraph that may be left to any one of their subgraphs without losing an answer:
 *
 * - their type is an entity with one key that every subgraph of the type has, plain leaf fields, so that one can go on from any of its
 *   subgraphs to any other that resolves it; and no interface of it is an @interfaceObject somewhere, from which the planner would have
 *   to come back to it;
 * - they are resolved there plainly: no @requires, @provides, @external, @override, no type of their own;
 * - they are part of no key, no @requires, @provides or @fromContext of any type, and of no interface of their type;
 * - they lead to a leaf or to another such entity. (An object without a key may have more fields in one subgraph than in another.)
 */
export function sharedFields(supergraph: DocumentNode): SharedFields {
  const types = objectTypes(supergraph);
  const leaves = leafNames(supergraph);
  const mentioned = namesInFieldSets(supergraph);
  const objectInterfaces = interfacesSomewhereAnObject(supergraph);
  const entities = new Map<string, readonly string[]>();
  for (const [name, type] of types) {
    if (type.interfaces?.some((each) => objectInterfaces.has(each.name.value))) continue;
    const targets = resolvingGraphs(type, leaves);
    if (targets.length > 1) entities.set(name, targets);
  }
  const shared = new Map<string, ReadonlyMap<string, readonly string[]>>();
  for (const [name, targets] of entities) {
    const type = types.get(name);
    if (!type) continue;
    const ofInterfaces = interfaceFields(supergraph, type);
    const fields = new Map<string, readonly string[]>();
    for (const field of type.fields ?? []) {
      const target = namedType(field.type);
      if (mentioned.has(field.name.value) || ofInterfaces.has(field.name.value)) continue;
      if (!leaves.has(target) && !entities.has(target)) continue;
      const graphs = plainGraphs(field, graphsOf(type))?.filter((graph) => targets.includes(graph)) ?? [];
      if (graphs.length > 1) fields.set(field.name.value, graphs);
    }
    if (fields.size > 0) shared.set(name, fields);
  }
  return shared;
}

/** Where the field is resolved when it is plain everywhere, else null. */
function plainGraphs(field: FieldDefinitionNode, ofType: readonly string[]): readonly string[] | null {
  const joins = joinArguments(field, 'join__field');
  if (joins.length === 0) return ofType;
  return joins.every(isPlain) ? joins.map(({ graph }) => graph) : null;
}

const isPlain = ({ graph, others }: JoinArguments): boolean => graph !== '' && others.size === 0;

/** The graphs that can be entered by a key all graphs of the type have; none when there is no such key. */
function resolvingGraphs(type: ObjectTypeDefinitionNode, leaves: ReadonlySet<string>): readonly string[] {
  const joins = joinArguments(type, 'join__type');
  const graphs = graphsOf(type);
  const keys = new Set(joins.flatMap(({ others }) => others.get('key') ?? []));
  let best: readonly string[] = [];
  for (const key of keys) {
    const having = joins.filter(({ others }) => others.get('key') === key);
    if (!graphs.every((name) => having.some(({ graph }) => graph === name))) continue;
    if (!isPlainKey(type, key, { graphs, leaves })) continue;
    const resolving = having.filter(({ others }) => others.get('resolvable') !== 'false');
    if (resolving.length > best.length) best = resolving.map(({ graph }) => graph);
  }
  return best;
}

function isPlainKey(
  type: ObjectTypeDefinitionNode,
  key: string,
  { graphs, leaves }: { graphs: readonly string[]; leaves: ReadonlySet<string> },
): boolean {
  return key
    .trim()
    .split(/[\s,]+/)
    .every((name) => {
      const field = type.fields?.find((each) => each.name.value === name);
      const having = field && leaves.has(namedType(field.type)) ? plainGraphs(field, graphs) : null;
      return having !== null && graphs.every((graph) => having.includes(graph));
    });
}

function graphsOf(type: ObjectTypeDefinitionNode): readonly string[] {
  return [...new Set(joinArguments(type, 'join__type').map(({ graph }) => graph))];
}

function objectTypes({ definitions }: DocumentNode): Map<string, ObjectTypeDefinitionNode> {
  const types = new Map<string, ObjectTypeDefinitionNode>();
  for (const definition of definitions)
    if (definition.kind === Kind.OBJECT_TYPE_DEFINITION) types.set(definition.name.value, definition);
  return types;
}

function interfacesSomewhereAnObject({ definitions }: DocumentNode): Set<string> {
  const names = new Set<string>();
  for (const definition of definitions)
    if (definition.kind === Kind.INTERFACE_TYPE_DEFINITION)
      for (const { others } of joinArguments(definition, 'join__type'))
        if (others.get('isInterfaceObject') === 'true') names.add(definition.name.value);
  return names;
}

function leafNames({ definitions }: DocumentNode): Set<string> {
  const names = new Set(['ID', 'String', 'Int', 'Float', 'Boolean']);
  for (const definition of definitions)
    if (definition.kind === Kind.SCALAR_TYPE_DEFINITION || definition.kind === Kind.ENUM_TYPE_DEFINITION)
      names.add(definition.name.value);
  return names;
}

function interfaceFields({ definitions }: DocumentNode, type: ObjectTypeDefinitionNode): Set<string> {
  const interfaces = new Set(type.interfaces?.map(({ name }) => name.value));
  const names = new Set<string>();
  for (const definition of definitions)
    if (definition.kind === Kind.INTERFACE_TYPE_DEFINITION && interfaces.has(definition.name.value))
      for (const { name } of definition.fields ?? []) names.add(name.value);
  return names;
}

/** Every name in a text argument of a `join__…` or context directive: fields of keys, @requires, @provides, @fromContext. */
function namesInFieldSets(supergraph: DocumentNode): Set<string> {
  const names = new Set<string>();
  visit(supergraph, {
    Directive(directive) {
      if (!/^(join__|context)/.test(directive.name.value)) return false;
      return undefined;
    },
    StringValue({ value, block }, _key, _parent, _path, ancestors) {
      const isApplied = ancestors.some((node) => 'kind' in node && node.kind === Kind.DIRECTIVE);
      if (isApplied && !block) for (const [name] of value.matchAll(/\w+/g)) names.add(name);
    },
  });
  return names;
}

function namedType(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type);
}
