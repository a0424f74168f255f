import type { Entry } from './entry.ts';

/** Entries by their places among `count` items, of which `keys` tells those that may have one. */
export async function findEntries(
  keys: ReadonlyMap<number, string>,
  count: number,
  read: (keys: string[]) => Promise<readonly (Entry | undefined)[]>,
): Promise<readonly (Entry | undefined)[]> {
  const entries: (Entry | undefined)[] = new Array(count).fill(undefined);
  if (keys.size === 0) return entries;
  const all = await read([...keys.values()]);
  let next = 0;
  for (const at of keys.keys()) entries[at] = all[next++];
  return entries;
}
