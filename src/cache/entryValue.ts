import type { EntryValue, FlatValue } from './entry.ts';

/**
 * What is kept of a value that came. An object of plain values is only read from by who merges it, so that it is kept as it is, unless it is
 * rewritten; of all others the text is, written before anything is merged into them.
 */
export function entryValue(value: unknown, { isRewritten }: { readonly isRewritten: boolean }): EntryValue {
  return !isRewritten && isFlat(value) ? value : JSON.stringify(value);
}

export function textOf(value: EntryValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Characters of the text, about. */
export function lengthOf(value: EntryValue): number {
  if (typeof value === 'string') return value.length;
  let length = 0;
  // Two for a member and its place in the object, besides what a string takes.
  for (const name in value) {
    const member = value[name];
    length += flatMember + (typeof member === 'string' ? member.length : 0);
  }
  return length;
}

/** A pointer, the head of a string or a number of its own, and what is left free behind them, in characters of two bytes. */
const flatMember = 20;

function isFlat(value: unknown): value is FlatValue {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  for (const name in value) {
    const member = (value as Record<string, unknown>)[name];
    if (typeof member === 'object' && member !== null) return false;
  }
  return true;
}
