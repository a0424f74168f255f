import {
  type ASTNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLNamedType,
  type GraphQLObjectType,
  isAbstractType,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  parse,
  print,
  type SelectionSetNode,
  stripIgnoredCharacters,
  visit,
} from 'graphql';
import type { FetchShape } from '../model/fetchCache.ts';
import { TypeWalk, type WalkRules } from './typeWalk.ts';

/** How long what a fetch asks of a type may be kept, and all that it depends on besides variables and headers. */
export interface TypePolicy {
  /** `Query` for a fetch from the root. */
  readonly type: string;
  /** 0: not at all. */
  readonly maxAgeMs: number;
  readonly scope: 'PUBLIC' | 'PRIVATE';
  /** Why it may not be kept. */
  readonly reason: string | null;
  /** The fields it is made of, with what is said of each: equal as long as no publish changes one of them. */
  readonly signature: string;
  /** All types that may be in it, itself included. */
  readonly types: readonly string[];
  /** Its fields from the root, with their arguments as they are written. */
  readonly rootFields: readonly FieldNode[];
}

export interface FetchPolicy {
  readonly byType: ReadonlyMap<string, TypePolicy>;
  /** What is asked: selections and the variables' definitions, without the operation's name. */
  readonly selection: string;
  /** The same for operators: without the values written in it, as documents are told elsewhere. */
  readonly shown: string;
}

/** Reads how long the answers to a fetch may be kept from the directives on all that it selects. */
export function fetchPolicy(
  { operation, hasRepresentations }: Pick<FetchShape, 'operation' | 'hasRepresentations'>,
  rules: WalkRules,
): FetchPolicy {
  const document = parse(operation, { noLocation: true });
  const definition = document.definitions.find(
    (each): each is OperationDefinitionNode => each.kind === Kind.OPERATION_DEFINITION,
  );
  if (!definition) throw new Error('A fetch without an operation');
  const fragments = new Map(
    document.definitions.flatMap((each): [string, FragmentDefinitionNode][] =>
      each.kind === Kind.FRAGMENT_DEFINITION ? [[each.name.value, each]] : [],
    ),
  );
  const { selectionSet } = definition;
  const policies = hasRepresentations
    ? entityPolicies(selectionSet, { fragments, rules })
    : [rootPolicy(selectionSet, { fragments, rules })];
  const asked = [...(definition.variableDefinitions ?? []), selectionSet, ...fragments.values()];
  const textOf = (nodes: readonly ASTNode[]): string => stripIgnoredCharacters(nodes.map(print).join('\n'));
  return {
    byType: new Map(policies.map((policy) => [policy.type, policy])),
    selection: textOf(asked),
    shown: textOf(asked.map(withoutValues)),
  };
}

/** Strings are empty and numbers 0. */
function withoutValues<Node extends ASTNode>(node: Node): Node {
  return visit(node, {
    [Kind.STRING]: (value) => ({ ...value, value: '', block: false }),
    [Kind.INT]: (value) => ({ ...value, value: '0' }),
    [Kind.FLOAT]: (value) => ({ ...value, value: '0' }),
  });
}

interface PolicyParts {
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly rules: WalkRules;
}

function rootPolicy(selectionSet: SelectionSetNode, { fragments, rules }: PolicyParts): TypePolicy {
  const type = rules.schema.getQueryType();
  const walk = new TypeWalk(rules, fragments);
  if (type) walk.root(type, selectionSet);
  const rootFields = selectionSet.selections.filter((each): each is FieldNode => each.kind === Kind.FIELD);
  // Of what stands in fragments here, tags could not be told.
  if (!type || rootFields.length < selectionSet.selections.length) walk.refuse('a fragment at the root');
  return { type: 'Query', ...walk.outcome(), rootFields };
}

function entityPolicies(
  selectionSet: SelectionSetNode,
  { fragments, rules }: PolicyParts,
): readonly TypePolicy[] {
  const [entities] = selectionSet.selections;
  const below = entities?.kind === Kind.FIELD ? entities.selectionSet : undefined;
  if (!below) return [];
  const types = new Set<GraphQLObjectType | GraphQLNamedType>();
  for (const selection of below.selections) {
    const name = conditionOf(selection, fragments);
    const type = name === undefined ? undefined : rules.schema.getType(name);
    if (type) types.add(type);
    if (type && isAbstractType(type)) for (const each of rules.schema.getPossibleTypes(type)) types.add(each);
  }
  return [...types].map((type) => {
    const walk = new TypeWalk(rules, fragments);
    if (isObjectType(type) || isInterfaceType(type)) walk.entity(type, below);
    else walk.refuse(`${type.name} is no entity`);
    return { type: type.name, ...walk.outcome(), rootFields: [] };
  });
}

function conditionOf(
  selection: SelectionSetNode['selections'][number],
  fragments: PolicyParts['fragments'],
): string | undefined {
  if (selection.kind === Kind.INLINE_FRAGMENT) return selection.typeCondition?.name.value;
  return selection.kind === Kind.FRAGMENT_SPREAD
    ? fragments.get(selection.name.value)?.typeCondition.name.value
    : undefined;
}
