import {
  type DirectiveNode,
  doTypesOverlap,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import { always, both, given, implies, type When } from './when.ts';

/** The name of a field in the data; of some it is known only when all is planned. */
export interface ResponseName {
  readonly text: string;
}

/** A field that is to be had of an object. */
export interface Want {
  readonly name: ResponseName;
  readonly field: string;
  /** As selected, for its arguments and directives. */
  readonly node: FieldNode;
  /** On what it depends whether it is to be had. */
  readonly when: When;
  /** What is selected below, in the places that merge; none for a leaf. */
  readonly places: readonly SelectedPlace[];
  /** Of the objects it gives; null for a leaf. */
  readonly below: Wanted | null;
}

export interface SelectedPlace {
  readonly set: SelectionSetNode;
  readonly when: When;
}

/** What is to be had of an object, by the type it turns out to have. */
export interface Wanted {
  /** For an object type, and for an interface where an object of it is taken as one. Equal wants of two types are one. */
  of(typeName: string): readonly Want[];
  /** Whether it depends on which type an object of this interface really has. */
  dependsOnType(interfaceName: string): boolean;
}

export interface WantedContext {
  readonly schema: GraphQLSchema;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** On what it depends whether something with these directives is selected; null for never. */
  whenOf(directives: readonly DirectiveNode[]): When | null;
  nameOf(field: FieldNode): ResponseName;
}

/** Reads selections; the function it gives takes those that merge into one. */
export function createWanted(context: WantedContext): (sets: readonly SelectionSetNode[]) => Wanted {
  const numbers = new Map<object, number>();
  const known = new Map<string, Wanted>();
  const wants = new Map<string, Want>();

  function numberOf(part: object): number {
    const number = numbers.get(part) ?? numbers.size;
    numbers.set(part, number);
    return number;
  }

  const textOf = (places: readonly SelectedPlace[]): string =>
    places.map(({ set, when }) => `${numberOf(set)}[${when.text}]`).join(' ');

  function wantOf({ name, node, when, places }: Collected): Want {
    const key = `${numberOf(name)} ${numberOf(node)} [${when.text}] ${textOf(places)}`;
    const same = wants.get(key);
    if (same) return same;
    const below = places.length > 0 ? wantedOf(places) : null;
    const want = { name, field: node.name.value, node, when, places, below };
    wants.set(key, want);
    return want;
  }

  function wantedOf(places: readonly SelectedPlace[]): Wanted {
    const key = textOf(places);
    const same = known.get(key);
    if (same) return same;
    const ofType = new Map<string, readonly Want[]>();
    const wanted: Wanted = {
      of(typeName) {
        const found = ofType.get(typeName) ?? collect(context, typeName, places).map(wantOf);
        ofType.set(typeName, found);
        return found;
      },
      dependsOnType: (interfaceName) => dependsOnType(context, interfaceName, places),
    };
    known.set(key, wanted);
    return wanted;
  }

  return (sets) => wantedOf(sets.map((set) => ({ set, when: always })));
}

interface Collected {
  readonly name: ResponseName;
  readonly node: FieldNode;
  readonly when: When;
  readonly places: readonly SelectedPlace[];
}

/** A field where it is selected. */
interface Selected {
  readonly node: FieldNode;
  readonly when: When;
}

function collect(
  context: WantedContext,
  typeName: string,
  places: readonly SelectedPlace[],
): readonly Collected[] {
  const found = new Map<ResponseName, Selected[]>();
  const seen = new Map<SelectionSetNode, When[]>();

  function look({ set, when }: SelectedPlace): void {
    const before = seen.get(set) ?? [];
    if (before.some((other) => implies(when, other))) return;
    seen.set(set, [...before, when]);
    for (const selection of set.selections) {
      const own = context.whenOf(selection.directives ?? []);
      const joint = own && both(when, own);
      if (!joint) continue;
      if (selection.kind === Kind.FIELD) {
        const name = context.nameOf(selection);
        found.set(name, [...(found.get(name) ?? []), { node: selection, when: joint }]);
      } else {
        const fragment =
          selection.kind === Kind.FRAGMENT_SPREAD ? context.fragments.get(selection.name.value) : selection;
        if (fragment && meets(context.schema, typeName, fragment.typeCondition?.name.value))
          look({ set: fragment.selectionSet, when: joint });
      }
    }
  }

  for (const place of places) look(place);
  return [...found].flatMap(([name, selected]) => collected(name, selected));
}

/** A field under one name: what has no stronger condition than others takes those in. */
function collected(name: ResponseName, selected: readonly Selected[]): Collected[] {
  const weakest = selected.filter(
    ({ when }, index) =>
      !selected.some(
        (other, at) => implies(when, other.when) && (at < index || other.when.text !== when.text),
      ),
  );
  const left = new Set(selected);
  return weakest.map(({ node, when }) => {
    const taken = [...left].filter((other) => implies(other.when, when));
    for (const one of taken) left.delete(one);
    const places = new Map<string, SelectedPlace>();
    const sets = new Map<SelectionSetNode, number>();
    for (const one of taken) {
      const set = one.node.selectionSet;
      if (!set) continue;
      const rest = given(one.when, when);
      if (!sets.has(set)) sets.set(set, sets.size);
      places.set(`${sets.get(set)} ${rest.text}`, { set, when: rest });
    }
    return { name, node, when, places: [...places.values()] };
  });
}

/** Whether every object of the type meets the condition. */
export function meets(schema: GraphQLSchema, typeName: string, condition: string | undefined): boolean {
  if (condition === undefined || condition === typeName) return true;
  const [type, wanted] = [schema.getType(typeName), schema.getType(condition)];
  return (
    isAbstractType(wanted) && (isObjectType(type) || isInterfaceType(type)) && schema.isSubType(wanted, type)
  );
}

function dependsOnType(
  context: WantedContext,
  interfaceName: string,
  places: readonly SelectedPlace[],
): boolean {
  const { schema, fragments, whenOf } = context;
  const seen = new Set<SelectionSetNode>();
  const depends = (set: SelectionSetNode): boolean => {
    if (seen.has(set)) return false;
    seen.add(set);
    return set.selections.some((selection) => {
      if (whenOf(selection.directives ?? []) === null) return false;
      if (selection.kind === Kind.FIELD) return selection.name.value === '__typename';
      const fragment =
        selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection;
      if (!fragment) return false;
      const condition = fragment.typeCondition?.name.value;
      if (meets(schema, interfaceName, condition)) return depends(fragment.selectionSet);
      const [type, wanted] = [schema.getType(interfaceName), schema.getType(condition ?? '')];
      return isCompositeType(type) && isCompositeType(wanted) && doTypesOverlap(schema, type, wanted);
    });
  };
  return places.some(({ set }) => depends(set));
}
