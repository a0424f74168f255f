import type { FetchRewrite, RequiredSelection } from '../planning/planning.ts';
import { applyRewrites } from './applyRewrites.ts';
import { flatRepresentation } from './flatRepresentation.ts';
import { mergeData } from './mergeData.ts';
import { type DataObject, isDataObject, ownValue, setOwnValue } from './ownValue.ts';
import type { TypeMatcher } from './typeMatcher.ts';

/**
 * The JSON text of an object's representation, null when it lacks a field that is needed or is of no type that is asked for. Where a
 * condition may have left out what is missing, the rest is sent.
 */
export interface RepresentationOf {
  (data: DataObject, missing: 'refused' | 'left out'): string | null;
  /** The one member beside its type that the representation of an object consists of, where nothing may be missing; null for others. */
  oneLeafOf(typename: string): string | null;
}

/**
 * Compiles what an entity fetch requires (`_Any` in the federation specification) into a function. The text is also what
 * representations are deduplicated by: the same text is the same entity, whatever its subgraph.
 */
export function compileRepresentation(
  requires: readonly RequiredSelection[],
  {
    inputRewrites,
    matches,
    known,
  }: {
    inputRewrites: readonly FetchRewrite[];
    matches: TypeMatcher;
    /** The types of the subgraph; objects of others are met where a plan speaks of an interface, and are not asked for. */
    known: ReadonlySet<string>;
  },
): RepresentationOf {
  const flat = inputRewrites.length === 0 ? flatRepresentation(requires, { matches, known }) : null;
  const representationOf = (data: DataObject, missing: 'refused' | 'left out'): string | null => {
    const text = missing === 'refused' ? flat?.(data) : undefined;
    if (text !== undefined) return text;
    const representation = selectRequired(requires, data, { matches, missing });
    if (representation === null || Object.keys(representation).length < 2) return null;
    if (inputRewrites.length > 0) applyRewrites(inputRewrites, representation, matches);
    return known.has(String(ownValue(representation, '__typename'))) ? JSON.stringify(representation) : null;
  };
  const oneLeafOf = (typename: string): string | null => flat?.oneLeafOf(typename) ?? null;
  return Object.assign(representationOf, { oneLeafOf });
}

interface SelectParts {
  readonly matches: TypeMatcher;
  readonly missing: 'refused' | 'left out';
}

/** Null when a field is missing; a field that is null is there. */
function selectRequired(
  selections: readonly RequiredSelection[],
  data: DataObject,
  parts: SelectParts,
): DataObject | null {
  const selected: DataObject = {};
  for (const selection of selections) {
    if (selection.kind === 'InlineFragment') {
      const typename = ownValue(data, '__typename');
      const { typeCondition } = selection;
      if (
        typeCondition !== undefined &&
        (typeof typename !== 'string' || !parts.matches(typename, typeCondition))
      )
        continue;
      const part = selectRequired(selection.selections, data, parts);
      if (part === null) return null;
      mergeData(selected, part, { matches: parts.matches, onOtherLength: neverTold });
    } else {
      const name = selection.alias ?? selection.name;
      const value = ownValue(data, name);
      // JSON has numbers that are read as infinite, and no way to write them.
      if (value === Infinity || value === -Infinity) return null;
      if (value === undefined) {
        if (parts.missing === 'refused') return null;
        continue;
      }
      setOwnValue(
        selected,
        name,
        selection.selections ? selectBelow(selection.selections, value, parts) : value,
      );
    }
  }
  return selected;
}

/** Parts of one object's lists are as long as these. */
const neverTold = (): void => undefined;

function selectBelow(selections: readonly RequiredSelection[], value: unknown, parts: SelectParts): unknown {
  if (Array.isArray(value)) return value.map((item) => selectBelow(selections, item, parts));
  return isDataObject(value) ? selectRequired(selections, value, parts) : value;
}
