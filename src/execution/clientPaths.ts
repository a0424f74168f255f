import {
  doTypesOverlap,
  type GraphQLNamedType,
  type GraphQLObjectType,
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import { type CollectContext, isIncluded } from './collectFields.ts';
import { isDataObject, ownValue } from './ownValue.ts';

type Path = readonly (string | number)[];

interface Place {
  readonly path: Path;
  /** As the schema has it; an object may be of one that is more. */
  readonly type: GraphQLNamedType | undefined;
  readonly sets: readonly SelectionSetNode[];
  /** What stands there in the data. */
  readonly value: unknown;
}

interface Below {
  /** The field's own name. */
  readonly name: string;
  readonly sets: SelectionSetNode[];
}

/** One error is told at no more places than this. */
const maxPaths = 100;

/**
 * The places in the client's result that a place in the data stands for: several where aliases share what was fetched. What the
 * client did not ask for, and a plan needed, is told at the object it belongs to.
 */
export function clientPaths(
  path: Path,
  operation: CollectContext & {
    readonly type: GraphQLObjectType;
    readonly selectionSet: SelectionSetNode;
    readonly data: unknown;
  },
): readonly Path[] {
  const { schema, fragments, dataNames, conditions } = operation;

  /** Whether an object may meet a type condition; one whose type was not fetched may be all that its place allows. */
  function mayBe({ value, type }: Pick<Place, 'value' | 'type'>, condition: string | undefined): boolean {
    const typename = isDataObject(value) ? ownValue(value, '__typename') : undefined;
    const told = schema.getType(String(typename));
    const [known, wanted] = [isObjectType(told) ? told : type, schema.getType(condition ?? '')];
    if (!isCompositeType(known) || !isCompositeType(wanted)) return true;
    return doTypesOverlap(schema, known, wanted);
  }

  function fieldsNamed(
    dataName: string,
    { sets, value, type }: Pick<Place, 'sets' | 'value' | 'type'>,
  ): Map<string, Below> {
    const found = new Map<string, Below>();
    const seen = new Set<SelectionSetNode>();
    function look(set: SelectionSetNode): void {
      if (seen.has(set)) return;
      seen.add(set);
      for (const selection of set.selections) {
        if (!isIncluded(selection.directives, conditions)) continue;
        if (selection.kind === Kind.FIELD) {
          if (dataNames.get(selection) !== dataName) continue;
          const responseName = (selection.alias ?? selection.name).value;
          const below = found.get(responseName) ?? { name: selection.name.value, sets: [] };
          if (selection.selectionSet) below.sets.push(selection.selectionSet);
          found.set(responseName, below);
        } else {
          const fragment =
            selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection;
          if (fragment && mayBe({ value, type }, fragment.typeCondition?.name.value))
            look(fragment.selectionSet);
        }
      }
    }
    for (const set of sets) look(set);
    return found;
  }

  /** The type of a field of an object, as far as that is known. */
  function typeBelow({ value, type }: Place, name: string): GraphQLNamedType | undefined {
    const typename = isDataObject(value) ? ownValue(value, '__typename') : undefined;
    const told = schema.getType(String(typename));
    const parent = isObjectType(told) ? told : type;
    const hasFields = isObjectType(parent) || isInterfaceType(parent);
    return hasFields ? getNamedType(parent.getFields()[name]?.type) : undefined;
  }

  const { selectionSet, type, data } = operation;
  let level: Place[] = [{ path: [], type, sets: [selectionSet], value: data }];
  for (const step of path) {
    const next = level.flatMap((place) =>
      typeof step === 'number'
        ? itemAt(place, step)
        : [...fieldsNamed(step, place)].map(([responseName, { name, sets }]) => ({
            path: [...place.path, responseName],
            type: typeBelow(place, name),
            sets,
            value: valueAt(place.value, step),
          })),
    );
    if (next.length === 0) break;
    level = next.slice(0, maxPaths);
  }
  return level.map((place) => place.path);
}

/** None where there is no such item; where there is no list because of the error, any might have been. */
function itemAt(place: Place, index: number): readonly Place[] {
  const { value } = place;
  const isThere = Array.isArray(value) ? index < value.length : value === null;
  if (!isThere) return [];
  return [{ ...place, path: [...place.path, index], value: Array.isArray(value) ? value[index] : null }];
}

function valueAt(value: unknown, name: string): unknown {
  return isDataObject(value) ? (ownValue(value, name) ?? null) : null;
}
