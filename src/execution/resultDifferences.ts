/** More places than this are not told: they are for people, who begin with the first. */
const maxPaths = 10;
const maxPathLength = 200;

/** Where two JSON values differ, such as `country.cities[].name`: each place of all items of a list once, and no values. */
export function resultDifferences(one: unknown, other: unknown): readonly string[] {
  const paths = new Set<string>();

  function compare(a: unknown, b: unknown, path: string): void {
    if (a === b || paths.size >= maxPaths) return;
    if (Array.isArray(a) && Array.isArray(b) && a.length === b.length) {
      for (const [index, item] of a.entries()) compare(item, b[index], `${path}[]`);
    } else if (isObject(a) && isObject(b)) {
      for (const key of new Set([...Object.keys(a), ...Object.keys(b)]))
        compare(a[key], b[key], path === '' ? key : `${path}.${key}`);
    } else paths.add(path.slice(0, maxPathLength) || '(data)');
  }

  compare(one, other, '');
  return [...paths];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
