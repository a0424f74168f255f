import type { ExecutionResult } from 'graphql';

/** Where a result says that something is withheld, as far as the object it belongs to is there. */
export function withheldPlaces({ data, errors = [] }: ExecutionResult): readonly string[] {
  return errors.flatMap(({ path = [], extensions }) => {
    if (extensions.code !== 'UNAUTHORIZED_FIELD_OR_TYPE') return [];
    let value: unknown = data;
    for (const step of path.slice(0, -1)) value = (value as Record<string | number, unknown> | null)?.[step];
    return value === null || value === undefined ? [] : [path.join('/')];
  });
}

/** More places than this are not told one by one. */
const maxTold = 100;

export function placesDifference(expected: readonly string[], got: readonly string[]): string | null {
  const isCut = expected.length > maxTold && got.length === maxTold;
  const missing = isCut ? [] : expected.filter((place) => !got.includes(place));
  const extra = got.filter((place) => !expected.includes(place));
  return missing.length + extra.length > 0
    ? `withheld places differ: missing ${missing.join(', ')}; unexpected ${extra.join(', ')}`
    : null;
}
