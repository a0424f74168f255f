import type { RequiredSelection } from '../planning/planning.ts';
import { jsonString } from './jsonString.ts';
import { type DataObject, isInheritedName } from './ownValue.ts';
import type { TypeMatcher } from './typeMatcher.ts';

/** The text of a representation; null for an object that is not asked for, undefined for one that this cannot tell of. */
type FlatText = (data: DataObject) => string | null | undefined;

interface FlatRepresentation extends FlatText {
  /** The only member beside `__typename`; null where there are others, or more than leaves. */
  oneLeafOf(typename: string): string | null;
}

/** One member of the text: what stands before its value, and where the value is. */
interface Member {
  readonly name: string;
  readonly label: string;
}

/**
 * Representations of leaves only, which nearly all are: written without an object in between. What is selected of a type is found out
 * when the type is first met.
 */
export function flatRepresentation(
  requires: readonly RequiredSelection[],
  { matches, known }: { matches: TypeMatcher; known: ReadonlySet<string> },
): FlatRepresentation {
  const byType = new Map<string, FlatText>();
  const flatText: FlatText = (data) => {
    const typename = data.__typename;
    if (typeof typename !== 'string') return undefined;
    let representationOf = byType.get(typename);
    if (!representationOf) {
      representationOf = forType(typename, requires, { matches, known });
      // Types that nobody knows may be told without end.
      if (known.has(typename)) byType.set(typename, representationOf);
    }
    return representationOf(data);
  };
  const oneLeafOf = (typename: string): string | null => {
    const names = known.has(typename) ? leafNames(typename, requires, matches) : null;
    const [leaf, ...others] = [...(names ?? [])].filter((name) => name !== '__typename');
    return names?.has('__typename') && leaf !== undefined && others.length === 0 ? leaf : null;
  };
  return Object.assign(flatText, { oneLeafOf });
}

function forType(
  typename: string,
  requires: readonly RequiredSelection[],
  { matches, known }: { matches: TypeMatcher; known: ReadonlySet<string> },
): FlatText {
  const names = leafNames(typename, requires, matches);
  if (names === null) return () => undefined;
  if (!names.has('__typename') || names.size < 2 || !known.has(typename)) return () => null;
  const members: Member[] = [...names].map((name, index) => ({
    name,
    label: `${index === 0 ? '{' : ','}${JSON.stringify(name)}:`,
  }));
  return (data) => {
    let text = '';
    for (const { name, label } of members) {
      const value = data[name];
      // JSON has numbers that are read as infinite, and no way to write them.
      if (value === undefined || value === Infinity || value === -Infinity) return null;
      text += label + leafText(value);
    }
    return `${text}}`;
  };
}

/** The leaves selected of a type, in order; null where there is more than leaves. */
function leafNames(
  typename: string,
  selections: readonly RequiredSelection[],
  matches: TypeMatcher,
): Set<string> | null {
  const names = new Set<string>();
  for (const selection of selections) {
    if (selection.kind === 'Field') {
      const name = selection.alias ?? selection.name;
      if (selection.selections || isInheritedName(name)) return null;
      names.add(name);
    } else if (selection.typeCondition === undefined || matches(typename, selection.typeCondition)) {
      const below = leafNames(typename, selection.selections, matches);
      if (below === null) return null;
      for (const name of below) names.add(name);
    }
  }
  return names;
}

function leafText(value: unknown): string {
  if (typeof value === 'string') return jsonString(value);
  return typeof value === 'number' ? String(value) : JSON.stringify(value);
}
