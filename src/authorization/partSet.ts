import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isNonNullType,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import type { AuthorizationRule } from '../model/schemaRules.ts';
import type { FieldRules, OperationRules } from './operationRules.ts';

/** One operation on its way into two forms: the whole, and the rest without what is denied. */
export interface Parting {
  readonly schema: GraphQLSchema;
  readonly rules: Pick<OperationRules, 'ofField'>;
  isDenied(rule: AuthorizationRule): boolean;
  /** As they were sent. */
  readonly sources: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly fragments: Map<string, Parted<FragmentDefinitionNode>>;
  /** For how many of the types an object may have a field is denied, once it is known. */
  readonly denials: Map<FieldRules, Denial>;
  /** Fields of the whole that are denied. */
  readonly withheld: Set<FieldNode>;
  /** Nodes that may still be made to tell types apart; below zero when there were not enough. */
  copiesLeft: number;
}

type Denial = 'none' | 'some' | 'all';

/** A selection in both forms. */
export interface Parted<Node> {
  readonly whole: Node;
  /** Null when nothing is left. */
  readonly rest: Node | null;
  /** Whether a field of the object around it is withheld. */
  readonly isPart: boolean;
  /** Whether the object around it is null for sure. */
  readonly isNulling: boolean;
}

export function partSet(
  set: SelectionSetNode,
  parent: GraphQLCompositeType,
  parting: Parting,
): Parted<SelectionSetNode> {
  const all = set.selections.flatMap((selection) => partSelection(selection, parent, parting));
  const isPart = all.some((one) => one.isPart);
  const nulling = all.filter((one) => one.isNulling);
  if (nulling.length > 0)
    return { whole: setOf(nulling.map(({ whole }) => whole)), rest: null, isPart, isNulling: true };
  // An engine that sees the rest only has to tell types, so that the whole can be written.
  const dependsOnType =
    isAbstractType(parent) && (isPart || set.selections.some(({ kind }) => kind !== Kind.FIELD));
  if (!isPart && !dependsOnType && all.every((one) => one.whole === one.rest))
    return { whole: set, rest: set, isPart, isNulling: false };
  const rest = all.flatMap((one) => one.rest ?? []);
  return {
    whole: setOf(all.map((one) => one.whole)),
    rest: setOf(dependsOnType ? withTypename(rest) : rest),
    isPart,
    isNulling: false,
  };
}

function partSelection(
  selection: SelectionNode,
  parent: GraphQLCompositeType,
  parting: Parting,
): readonly Parted<SelectionNode>[] {
  if (selection.kind === Kind.FIELD) return partField(selection, parent, parting);
  if (selection.kind === Kind.FRAGMENT_SPREAD) {
    const { whole, isPart, isNulling } = partFragment(selection.name.value, parting);
    const isSure = isNulling && isAlways(selection, whole.typeCondition.name.value, parent);
    return [{ whole: selection, rest: selection, isPart, isNulling: isSure }];
  }
  const condition = selection.typeCondition?.name.value ?? parent.name;
  const inner = partSet(selection.selectionSet, compositeType(condition, parting), parting);
  return [
    {
      whole: withSet(selection, inner.whole),
      rest: withSet(selection, inner.rest ?? setOf([])),
      isPart: inner.isPart,
      isNulling: inner.isNulling && isAlways(selection, condition, parent),
    },
  ];
}

function partField(
  field: FieldNode,
  parent: GraphQLCompositeType,
  parting: Parting,
): readonly Parted<SelectionNode>[] {
  const name = field.name.value;
  const type = 'getFields' in parent ? parent.getFields()[name]?.type : undefined;
  const denied = type ? denialOf(parent, name, parting) : 'none';
  if (!type || denied === 'none') return [partBelow(field, type, parting)];
  if (denied === 'some' && isInterfaceType(parent)) {
    const possible = parting.schema.getPossibleTypes(parent);
    parting.copiesLeft -= possible.length * countNodes(field);
    if (parting.copiesLeft >= 0) return possible.map((one) => partForType(field, one, parting));
  }
  parting.withheld.add(field);
  const isNulling = isNonNullType(type) && (field.directives ?? []).length === 0;
  return [{ whole: field, rest: null, isPart: true, isNulling }];
}

function denialOf(parent: GraphQLCompositeType, name: string, { rules, isDenied, denials }: Parting): Denial {
  const found = rules.ofField(parent, name);
  if (!found) return 'none';
  const known = denials.get(found);
  if (known) return known;
  const { byType, possibleTypes, behind } = found;
  const denied = possibleTypes.filter((type) => {
    const rule = byType.get(type);
    return rule !== undefined && isDenied(rule);
  }).length;
  const isSome = denied > 0 || (behind !== null && isDenied(behind));
  const denial = denied === possibleTypes.length ? 'all' : isSome ? 'some' : 'none';
  denials.set(found, denial);
  return denial;
}

function partBelow(
  field: FieldNode,
  type: GraphQLOutputType | undefined,
  parting: Parting,
): Parted<SelectionNode> {
  const below = type && getNamedType(type);
  const open = { isPart: false, isNulling: false };
  if (!field.selectionSet || !isCompositeType(below)) return { whole: field, rest: field, ...open };
  const { whole, rest } = partSet(field.selectionSet, below, parting);
  return { whole: withSet(field, whole), rest: withSet(field, rest ?? setOf([])), ...open };
}

/** An interface's field for one of its types. Nodes stand for their places, so each type has its own. */
function partForType(field: FieldNode, type: GraphQLCompositeType, parting: Parting): Parted<SelectionNode> {
  const { whole, rest } = partSet(setOf([structuredClone(field)]), type, parting);
  const ofType = (selectionSet: SelectionSetNode): SelectionNode => ({
    kind: Kind.INLINE_FRAGMENT,
    typeCondition: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: type.name } },
    selectionSet,
  });
  return { whole: ofType(whole), rest: rest && ofType(rest), isPart: true, isNulling: false };
}

function partFragment(name: string, parting: Parting): Parted<FragmentDefinitionNode> {
  const known = parting.fragments.get(name);
  if (known) return known;
  const source = parting.sources.get(name);
  if (!source) throw new Error('A valid document spreads a fragment that is not in it');
  const type = compositeType(source.typeCondition.name.value, parting);
  const { whole, rest, ...facts } = partSet(source.selectionSet, type, parting);
  const made = { whole: withSet(source, whole), rest: withSet(source, rest ?? setOf([])), ...facts };
  parting.fragments.set(name, made);
  return made;
}

function compositeType(name: string, { schema }: Parting): GraphQLCompositeType {
  const type = schema.getType(name);
  if (!isCompositeType(type)) throw new Error(`A valid document selects from ${name}`);
  return type;
}

/** Whether a fragment is a part of every object of this type. */
function isAlways(
  { directives = [] }: SelectionNode,
  condition: string,
  { name }: GraphQLCompositeType,
): boolean {
  return condition === name && directives.length === 0;
}

const typename: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };

/** A selection cannot be empty. */
export function setOf(selections: readonly SelectionNode[]): SelectionSetNode {
  return { kind: Kind.SELECTION_SET, selections: selections.length > 0 ? selections : [typename] };
}

/** Where the client calls something else so, it cannot be asked. */
function withTypename(selections: readonly SelectionNode[]): readonly SelectionNode[] {
  const isTaken = selections.some(
    (one) =>
      one.kind === Kind.FIELD &&
      (one.alias ?? one.name).value === '__typename' &&
      (one.name.value !== '__typename' || (one.directives ?? []).length === 0),
  );
  return isTaken ? selections : [typename, ...selections];
}

function withSet<Node extends { readonly selectionSet?: SelectionSetNode | undefined }>(
  node: Node,
  selectionSet: SelectionSetNode,
): Node {
  return node.selectionSet === selectionSet ? node : { ...node, selectionSet };
}

function countNodes({ selectionSet }: { readonly selectionSet?: SelectionSetNode | undefined }): number {
  let count = 1;
  const pending = selectionSet ? [selectionSet] : [];
  for (let set = pending.pop(); set; set = pending.pop()) {
    count += set.selections.length;
    for (const one of set.selections)
      if ('selectionSet' in one && one.selectionSet) pending.push(one.selectionSet);
  }
  return count;
}
