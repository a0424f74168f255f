import { isAbstractType, isObjectType, Kind, type SelectionSetNode } from 'graphql';
import { type CollectContext, isIncluded } from './collectFields.ts';
import { isDataObject, ownValue } from './ownValue.ts';

type Path = readonly (string | number)[];

interface Place {
  readonly path: Path;
  readonly sets: readonly SelectionSetNode[];
  /** What stands there in the data. */
  readonly value: unknown;
}

/** One error is told at no more places than this. */
const maxPaths = 100;

/**
 * The places in the client's result that a place in the data stands for: several where aliases share what was fetched. What the
 * client did not ask for, and a plan needed, is told at the object it belongs to.
 */
export function clientPaths(
  path: Path,
  operation: CollectContext & { readonly selectionSet: SelectionSetNode; readonly data: unknown },
): readonly Path[] {
  const { schema, fragments, dataNames, conditions } = operation;

  /** Whether an object may meet a type condition; one whose type was not fetched may meet any. */
  function mayBe(value: unknown, condition: string | undefined): boolean {
    const typename = isDataObject(value) ? ownValue(value, '__typename') : undefined;
    const [type, wanted] = [schema.getType(String(typename)), schema.getType(condition ?? '')];
    if (!isObjectType(type) || !wanted) return true;
    return type === wanted || (isAbstractType(wanted) && schema.isSubType(wanted, type));
  }

  function fieldsNamed(
    dataName: string,
    { sets, value }: { readonly sets: readonly SelectionSetNode[]; readonly value: unknown },
  ): Map<string, SelectionSetNode[]> {
    const found = new Map<string, SelectionSetNode[]>();
    const seen = new Set<SelectionSetNode>();
    function look(set: SelectionSetNode): void {
      if (seen.has(set)) return;
      seen.add(set);
      for (const selection of set.selections) {
        if (!isIncluded(selection.directives, conditions)) continue;
        if (selection.kind === Kind.FIELD) {
          if (dataNames.get(selection) !== dataName) continue;
          const responseName = (selection.alias ?? selection.name).value;
          const below = found.get(responseName) ?? [];
          if (selection.selectionSet) below.push(selection.selectionSet);
          found.set(responseName, below);
        } else {
          const fragment =
            selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection;
          if (fragment && mayBe(value, fragment.typeCondition?.name.value)) look(fragment.selectionSet);
        }
      }
    }
    for (const set of sets) look(set);
    return found;
  }

  let level: Place[] = [{ path: [], sets: [operation.selectionSet], value: operation.data }];
  for (const step of path) {
    const next = level.flatMap((place) =>
      typeof step === 'number'
        ? itemAt(place, step)
        : [...fieldsNamed(step, place)].map(([name, sets]) => ({
            path: [...place.path, name],
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
