import type { AuditCounts } from './audits.ts';
import type { Entry } from './entry.ts';
import { textOf } from './entryValue.ts';

/** Asks for items by their places; null where the answer is of no use. */
type Ask = (at: readonly number[]) => Promise<readonly unknown[] | null>;

/**
 * Compares what is kept with what its subgraph says now to who asks (`own`). What is another is asked for again as the key says it
 * (`anybodys`): where that is as the caller's own, it has changed since it was kept. Where it is not, the caller's own is asked for once more:
 * if it stays as it was, it depends on who asks; else it is another each time.
 */
export async function compareAnew(
  at: readonly number[],
  entries: readonly (Entry | undefined)[],
  { own, anybodys }: { readonly own: Ask; readonly anybodys: Ask },
): Promise<keyof AuditCounts> {
  const first = await own(at);
  if (!first) return 'failed';
  const texts = new Map(at.map((place, index) => [place, JSON.stringify(first[index])]));
  const others = at.filter((place) => texts.get(place) !== textIn(entries[place]));
  if (others.length === 0) return 'same';
  const second = await anybodys(others);
  if (!second) return 'failed';
  const isAsOwn = (values: readonly unknown[]) => (place: number, index: number) =>
    JSON.stringify(values[index]) === texts.get(place);
  if (others.every(isAsOwn(second))) return 'changed';
  const third = await own(others);
  if (!third) return 'failed';
  return others.every(isAsOwn(third)) ? 'different' : 'changed';
}

function textIn(entry: Entry | undefined): string | null {
  return entry ? textOf(entry.value) : null;
}
