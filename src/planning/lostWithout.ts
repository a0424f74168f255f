import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  getOperationAST,
  isCompositeType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  parse,
  type SelectionSetNode,
} from 'graphql';
import { type FetchNode, type PlanNode, planNodes } from './planNodes.ts';
import type { QueryPlan } from './queryPlan.ts';

/** What becomes of an operation when one subgraph cannot be asked. */
export interface Loss {
  /** `unaffected`: the subgraph is not needed; `partial`: some fields are null; `lost`: there is no data. */
  readonly ending: 'unaffected' | 'partial' | 'lost';
  /** Response paths that are null, without list indices; sorted. */
  readonly nulls: readonly string[];
}

interface Asked {
  readonly plan: QueryPlan['plan'];
  readonly document: DocumentNode;
  readonly operationName: string | null;
  /** What clients see. */
  readonly schema: GraphQLSchema;
}

/**
 * What of an operation is lost with a subgraph: which places its fetches would have filled, and those of fetches that need what they
 * bring, is read off the plan; how far up a null goes is said by the types. Conditions are taken to include what they may include.
 */
export function lostWithout(subgraph: string, { plan, document, operationName, schema }: Asked): Loss {
  const lost = lostPaths(subgraph, plan.node as PlanNode | undefined);
  const definition = getOperationAST(document, operationName);
  const root = definition && schema.getRootType(definition.operation);
  if (lost.size === 0 || !definition || !root) return { ending: 'unaffected', nulls: [] };
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const part of document.definitions)
    if (part.kind === Kind.FRAGMENT_DEFINITION) fragments.set(part.name.value, part);
  const nulls = new Set<string>();
  walk(definition.selectionSet, { type: root, places: [] }, { lost, fragments, schema, nulls });
  if (nulls.has('')) return { ending: 'lost', nulls: [''] };
  return { ending: nulls.size === 0 ? 'unaffected' : 'partial', nulls: [...nulls].sort() };
}

/** Places of the result that nobody fills then. */
function lostPaths(subgraph: string, node: PlanNode | undefined): ReadonlySet<string> {
  const lost = new Set<string>();
  const kept = new Set<string>();
  for (const { fetch, path } of planNodes(node)) {
    const brought = fieldsOf(fetch).map((name) => joined(path, name));
    const needs = (fetch.requires ?? []).flatMap(namesOf).map((name) => joined(path, name));
    const isLost =
      fetch.serviceName === subgraph || isBelow(path, lost) || needs.some((need) => lost.has(need));
    for (const place of brought) {
      if (!isLost) {
        kept.add(place);
        lost.delete(place);
      } else if (!kept.has(place)) lost.add(place);
    }
  }
  return lost;
}

function isBelow(path: string, lost: ReadonlySet<string>): boolean {
  const steps = path.split('.');
  return steps.some((_, index) => lost.has(steps.slice(0, index + 1).join('.')));
}

function joined(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

function namesOf(selection: {
  kind: string;
  name?: string;
  alias?: string;
  selections?: readonly unknown[];
}): readonly string[] {
  if (selection.kind === 'InlineFragment')
    return (selection.selections ?? []).flatMap((each) => namesOf(each as typeof selection));
  const name = selection.alias ?? selection.name ?? '';
  return name === '__typename' ? [] : [name];
}

/** The response names of what a fetch brings to each of its places. */
function fieldsOf({ operation, requires }: FetchNode): readonly string[] {
  const [definition] = parse(operation, { noLocation: true }).definitions;
  const { selectionSet } = definition as OperationDefinitionNode;
  const [entities] = selectionSet.selections;
  if (!requires) return responseNames(selectionSet);
  return entities?.kind === Kind.FIELD && entities.selectionSet ? responseNames(entities.selectionSet) : [];
}

function responseNames({ selections }: SelectionSetNode): readonly string[] {
  return selections.flatMap((selection) => {
    if (selection.kind === Kind.INLINE_FRAGMENT) return responseNames(selection.selectionSet);
    if (selection.kind !== Kind.FIELD || selection.name.value === '__typename') return [];
    return [(selection.alias ?? selection.name).value];
  });
}

interface Place {
  readonly path: string;
  readonly type: GraphQLOutputType;
}

interface At {
  /** A type whose fields are selected. */
  readonly type: unknown;
  /** From the root down to here. */
  readonly places: readonly Place[];
}

interface Walk {
  readonly lost: ReadonlySet<string>;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly schema: GraphQLSchema;
  readonly nulls: Set<string>;
}

function walk({ selections }: SelectionSetNode, at: At, means: Walk): void {
  for (const selection of selections) {
    if (selection.kind !== Kind.FIELD) {
      const fragment =
        selection.kind === Kind.FRAGMENT_SPREAD ? means.fragments.get(selection.name.value) : selection;
      const condition = fragment?.typeCondition?.name.value;
      const type = condition === undefined ? at.type : means.schema.getType(condition);
      if (fragment) walk(fragment.selectionSet, { ...at, type }, means);
      continue;
    }
    if (!isObjectType(at.type) && !isInterfaceType(at.type)) continue;
    const field = (at.type as GraphQLObjectType).getFields()[selection.name.value];
    if (!field) continue;
    const path = joined(at.places.at(-1)?.path ?? '', (selection.alias ?? selection.name).value);
    const places = [...at.places, { path, type: field.type }];
    if (means.lost.has(path)) means.nulls.add(nullFrom(places));
    else if (selection.selectionSet && isCompositeType(getNamedType(field.type)))
      walk(selection.selectionSet, { type: getNamedType(field.type), places }, means);
  }
}

/** How far up the null of the last place goes; an empty text for all of it. */
function nullFrom(places: readonly Place[]): string {
  const [last] = places.slice(-1);
  if (!last || !isNonNullType(last.type)) return last?.path ?? '';
  for (const place of places.slice(0, -1).reverse()) if (takesNullOfItsObject(place.type)) return place.path;
  return '';
}

/** Whether a null in the place of one of its objects stays within the field: it, a list or an item of one may be null. */
function takesNullOfItsObject(type: GraphQLOutputType): boolean {
  if (!isNonNullType(type)) return true;
  return isListType(type.ofType) && takesNullOfItsObject(type.ofType.ofType);
}
