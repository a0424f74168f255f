/** Decisions read from a list of numbers: the same list, the same decisions; zeros and a list that has ended mean the simplest ones. */
export interface Choices {
  below(limit: number): number;
  chance(percent: number): boolean;
  of<Item>(items: readonly Item[]): Item;
  /** A part of the items, in their order. */
  some<Item>(items: readonly Item[], percent: number): Item[];
}

export function createChoices(tape: readonly number[]): Choices {
  let at = 0;
  function next(): number {
    const value = tape[at] ?? 0;
    at += 1;
    return value;
  }
  const choices: Choices = {
    below: (limit) => next() % limit,
    chance: (percent) => next() % 100 >= 100 - percent,
    of(items) {
      const item = items[next() % items.length];
      if (item === undefined) throw new Error('There is nothing to choose from');
      return item;
    },
    some: (items, percent) => items.filter(() => choices.chance(percent)),
  };
  return choices;
}
