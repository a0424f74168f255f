import { randomUUID } from 'node:crypto';
import type { Purge } from '../model/fetchCache.ts';
import type { Entry } from './entry.ts';

/** A purge, and its number; the later one has the larger. */
export interface NumberedPurge {
  readonly number: number;
  readonly purge: Purge;
}

/** Purges that are remembered one by one; what is older than the oldest of them counts as purged. */
const maxKept = 50_000;
const anySubgraph = '*';

/**
 * What was thrown away. Entries are not looked for: each holds the number of the latest purge that was known before it was asked for, and
 * whatever fits a later one is not used any more. Numbers, not times, so that clocks need not agree and an answer that was on its way is
 * thrown away, too.
 */
export class Purges {
  #era: string = randomUUID();
  #latest = 0;
  #floor = 0;
  /** What a purge names → its number. The oldest first. */
  #numbers = new Map<string, number>();
  /** Type → the sets of key fields that it was purged by. */
  #keyNames = new Map<string, Map<string, readonly string[]>>();

  get era(): string {
    return this.#era;
  }

  get latest(): number {
    return this.#latest;
  }

  add({ number, purge }: NumberedPurge): void {
    for (const label of this.#labelsOf(purge)) {
      this.#numbers.delete(label);
      this.#numbers.set(label, number);
    }
    if (number > this.#latest) this.#latest = number;
    for (const [label, oldest] of this.#numbers) {
      if (this.#numbers.size <= maxKept) break;
      this.#floor = Math.max(this.#floor, oldest);
      this.#numbers.delete(label);
    }
  }

  /** Another count of purges has begun: nothing is known of the entries of the former one. */
  begin(era: string, latest: number): void {
    this.#era = era;
    this.#latest = latest;
    this.#floor = latest;
    this.#numbers = new Map();
    this.#keyNames = new Map();
  }

  isValid(entry: Entry): boolean {
    const { era, purge } = entry.head;
    if (era !== this.#era) return false;
    if (purge >= this.#latest) return true;
    return purge >= this.#floor && !this.#isPurged(entry);
  }

  #labelsOf({ subgraph = anySubgraph, type, key, tag }: Purge): readonly string[] {
    if (tag !== undefined) return [label(subgraph, 'tag', tag)];
    if (type === undefined) return [label(subgraph, 'all')];
    if (key === undefined) return [label(subgraph, 'type', type)];
    const names = Object.keys(key).toSorted();
    const known = this.#keyNames.get(type) ?? new Map<string, readonly string[]>();
    known.set(JSON.stringify(names), names);
    this.#keyNames.set(type, known);
    return [keyLabel(subgraph, type, names, key), label(subgraph, 'within', type)];
  }

  #isPurged(entry: Entry): boolean {
    const { item, tags } = entry;
    const { subgraph, types, purge } = entry.head;
    const isLater = (text: string): boolean => (this.#numbers.get(text) ?? 0) > purge;
    const representation = item === '' ? null : (JSON.parse(item) as Record<string, unknown>);
    return [subgraph, anySubgraph].some(
      (where) =>
        isLater(label(where, 'all')) ||
        tags.some((tag) => isLater(label(where, 'tag', tag))) ||
        types.some((type, index) => {
          if (isLater(label(where, 'type', type))) return true;
          // Of what is inside of an entry the keys are not known: whatever may hold one of the type goes.
          if (index > 0 || !representation) return isLater(label(where, 'within', type));
          const sets = this.#keyNames.get(type)?.values() ?? [];
          return [...sets].some((names) => isLater(keyLabel(where, type, names, representation)));
        }),
    );
  }
}

function label(...parts: readonly string[]): string {
  return JSON.stringify(parts);
}

/** `1` and `"1"` are one key. */
function keyLabel(
  subgraph: string,
  type: string,
  names: readonly string[],
  values: Readonly<Record<string, unknown>>,
): string {
  const given = names.map((name) => {
    const value = Object.hasOwn(values, name) ? values[name] : null;
    return [name, typeof value === 'string' ? value : JSON.stringify(value)];
  });
  return JSON.stringify([subgraph, 'key', type, given]);
}
