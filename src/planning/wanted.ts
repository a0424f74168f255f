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
  /** What is selected below, in the places that merge; none for a leaf. */
  readonly sets: readonly SelectionSetNode[];
  /** Of the objects it gives; null for a leaf. */
  readonly below: Wanted | null;
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
  /** Whether conditions leave out what has these directives. */
  isExcluded(directives: readonly DirectiveNode[]): boolean;
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

  function wantOf({ name, node, sets }: Collected): Want {
    const key = `${numberOf(name)} ${numberOf(node)} ${sets.map(numberOf).join(' ')}`;
    const same = wants.get(key);
    if (same) return same;
    const below = sets.length > 0 ? wantedOf(sets) : null;
    const want = { name, field: node.name.value, node, sets, below };
    wants.set(key, want);
    return want;
  }

  function wantedOf(sets: readonly SelectionSetNode[]): Wanted {
    const key = sets.map(numberOf).join(' ');
    const same = known.get(key);
    if (same) return same;
    const ofType = new Map<string, readonly Want[]>();
    const wanted: Wanted = {
      of(typeName) {
        const found = ofType.get(typeName) ?? collect(context, typeName, sets).map(wantOf);
        ofType.set(typeName, found);
        return found;
      },
      dependsOnType: (interfaceName) => dependsOnType(context, interfaceName, sets),
    };
    known.set(key, wanted);
    return wanted;
  }

  return wantedOf;
}

interface Collected {
  readonly name: ResponseName;
  readonly node: FieldNode;
  readonly sets: SelectionSetNode[];
}

function collect(
  context: WantedContext,
  typeName: string,
  sets: readonly SelectionSetNode[],
): readonly Collected[] {
  const found = new Map<ResponseName, Collected>();
  const seen = new Set<SelectionSetNode>();

  function look(set: SelectionSetNode): void {
    if (seen.has(set)) return;
    seen.add(set);
    for (const selection of set.selections) {
      if (context.isExcluded(selection.directives ?? [])) continue;
      if (selection.kind === Kind.FIELD) {
        const name = context.nameOf(selection);
        const entry = found.get(name) ?? { name, node: selection, sets: [] };
        if (selection.selectionSet && !entry.sets.includes(selection.selectionSet))
          entry.sets.push(selection.selectionSet);
        found.set(name, entry);
      } else {
        const fragment =
          selection.kind === Kind.FRAGMENT_SPREAD ? context.fragments.get(selection.name.value) : selection;
        if (fragment && meets(context.schema, typeName, fragment.typeCondition?.name.value))
          look(fragment.selectionSet);
      }
    }
  }

  for (const set of sets) look(set);
  return [...found.values()];
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
  sets: readonly SelectionSetNode[],
): boolean {
  const { schema, fragments, isExcluded } = context;
  const seen = new Set<SelectionSetNode>();
  const depends = (set: SelectionSetNode): boolean => {
    if (seen.has(set)) return false;
    seen.add(set);
    return set.selections.some((selection) => {
      if (isExcluded(selection.directives ?? [])) return false;
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
  return sets.some(depends);
}
