/** Things in the order they came, of which only so many are kept: the newest. */
export interface Newest<Item> {
  readonly size: number;
  add(item: Item): void;
  /** The oldest, at most so many, and how to let go of them: that gives how many were still there. */
  oldest(max: number): { readonly items: Item[]; letGo(): number };
  /** How many made way for newer ones. */
  readonly dropped: number;
}

export function keepNewest<Item>(max: number): Newest<Item> {
  /** A ring: number n is at n % max. */
  const ring: (Item | undefined)[] = [];
  let [first, next] = [0, 0];
  let dropped = 0;

  return {
    get size() {
      return next - first;
    },
    get dropped() {
      return dropped;
    },
    add(item) {
      if (next - first >= max) {
        first += 1;
        dropped += 1;
      }
      ring[next % max] = item;
      next += 1;
    },
    oldest(count) {
      const end = Math.min(next, first + count);
      const items: Item[] = [];
      for (let at = first; at < end; at += 1) items.push(ring[at % max] as Item);
      return {
        items,
        letGo() {
          const from = first;
          for (; first < end; first += 1) ring[first % max] = undefined;
          return Math.max(0, end - from);
        },
      };
    },
  };
}
