import type { ExecutionResult } from 'graphql';

/** What differs between the answer that is right and the one that was given; null when nothing does. */
export function compareResults(expected: ExecutionResult, got: ExecutionResult): string | null {
  const rightData = JSON.stringify(expected.data ?? null);
  const gotData = JSON.stringify(got.data ?? null);
  if (rightData !== gotData) {
    const at = firstDifference(rightData, gotData);
    return `data differs at ${at}: …${rightData.slice(Math.max(0, at - 60), at + 60)}… was expected, …${gotData.slice(Math.max(0, at - 60), at + 60)}… was given`;
  }
  const told = got.errors ?? [];
  // The last of them stands for all that are not told.
  const isCut = told.length === maxTold && told.at(-1)?.path === undefined;
  const rightNulls = nulledPlaces(expected);
  const gotNulls = nulledPlaces(isCut ? { ...got, errors: told.slice(0, -1) } : got);
  const gotFields = new Set([...gotNulls].map(withoutIndexes));
  const silent = isCut ? [] : [...rightNulls].filter((place) => !gotFields.has(withoutIndexes(place)));
  const extra = [...gotNulls].filter((place) => !rightNulls.has(place));
  if (silent.length === 0 && extra.length === 0) return null;
  return `errors differ: none for null at ${silent.join(', ') || '-'}; unexpected for ${extra.join(', ') || '-'}`;
}

/** More errors than this are not told one by one. */
const maxTold = 100;

/** An entity that stands at several places of a list is fetched once, and its error is told once: one error for each cause. */
function withoutIndexes(place: string): string {
  return place.replace(/\/\d+(?=\/|$)/g, '');
}

function firstDifference(a: string, b: string): number {
  for (let at = 0; at < a.length; at += 1) if (a[at] !== b[at]) return at;
  return a.length;
}

/**
 * Where errors made null: the specification lets a server report any of the errors below one null, so their own paths may differ. An
 * error without a place counts as its path.
 */
function nulledPlaces({ data, errors }: ExecutionResult): Set<string> {
  return new Set((errors ?? []).map(({ path }) => nulledPlace(data, path ?? ['(no path)'])));
}

function nulledPlace(data: unknown, path: readonly (string | number)[]): string {
  let value: unknown = data ?? null;
  const place: (string | number)[] = [];
  for (const step of path) {
    if (value === null) break;
    place.push(step);
    value =
      typeof value === 'object' && Object.hasOwn(value as object, step)
        ? (value as Record<string | number, unknown>)[step]
        : undefined;
  }
  return `/${place.join('/')}${value === null ? '' : ' (not null)'}`;
}
