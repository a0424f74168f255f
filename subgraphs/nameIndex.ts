import { foldName } from './foldName.ts';

/** Finds names by how they, or one of their words, begin. */
export interface NameIndex {
  /**
   * Positions of the names that match, lowest position first, at most `first` of them; none for a text without letters or digits.
   * Costs about first × log(names), however many names match.
   */
  find(text: string, first: number): number[];
}

/**
 * `names` come most important first: their position is their rank.
 *
 * Every beginning of a word is an entry in one sorted list, so what matches a text is one stretch of it, found by binary search.
 * A tree over that list knows the best rank below each of its nodes, so the best of a stretch come out one by one without reading
 * the rest: "s" matches 25,000 cities, and ten of them cost as little as with "zur".
 */
export function createNameIndex(names: readonly string[]): NameIndex {
  const { keys, ranks } = sortedEntries(names);
  const best = bestRanks(ranks);
  return {
    find(text, first) {
      const prefix = foldName(text);
      if (prefix === '') return [];
      const from = lowerBound(keys, prefix);
      const to = lowerBound(keys, `${prefix}\u{ffff}`);
      return lowestRanks(best, { from, to, first });
    },
  };
}

function sortedEntries(names: readonly string[]): { keys: string[]; ranks: Int32Array } {
  const keys: string[] = [];
  const ranks: number[] = [];
  for (const [rank, name] of names.entries()) {
    const folded = foldName(name);
    for (let start = 0; start >= 0; start = nextWord(folded, start)) {
      keys.push(folded.slice(start));
      ranks.push(rank);
    }
  }
  const order = Uint32Array.from(keys.keys()).sort((a, b) => {
    const left = keys[a] ?? '';
    const right = keys[b] ?? '';
    return left < right ? -1 : left > right ? 1 : 0;
  });
  return {
    keys: Array.from(order, (entry) => keys[entry] ?? ''),
    ranks: Int32Array.from(order, (entry) => ranks[entry] ?? 0),
  };
}

function nextWord(folded: string, start: number): number {
  const space = folded.indexOf(' ', start);
  return space < 0 ? -1 : space + 1;
}

/** A binary tree in an array: the children of node i are 2i and 2i+1, the leaves are the second half. */
function bestRanks(ranks: Int32Array): Int32Array {
  const best = new Int32Array(ranks.length * 2);
  best.set(ranks, ranks.length);
  for (let node = ranks.length - 1; node > 0; node--) {
    best[node] = Math.min(best[2 * node] ?? 0, best[2 * node + 1] ?? 0);
  }
  return best;
}

/** Position of the first key that is not below `wanted`. */
function lowerBound(keys: readonly string[], wanted: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((keys[middle] ?? '') < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

function lowestRanks(best: Int32Array, stretch: { from: number; to: number; first: number }): number[] {
  const leaves = best.length / 2;
  const queue = createQueue(best);
  for (let low = stretch.from + leaves, high = stretch.to + leaves; low < high; low >>>= 1, high >>>= 1) {
    if (low & 1) queue.push(low++);
    if (high & 1) queue.push(--high);
  }
  const found: number[] = [];
  while (found.length < stretch.first) {
    const node = queue.pop();
    if (node === undefined) break;
    if (node < leaves) {
      queue.push(2 * node);
      queue.push(2 * node + 1);
      continue;
    }
    const rank = best[node] ?? 0;
    // Two words of one name may match ("Baden-Baden"); their entries have one rank, so they come out one after the other.
    if (rank !== found.at(-1)) found.push(rank);
  }
  return found;
}

/** A binary heap of tree nodes: the one with the best rank comes out first. */
function createQueue(best: Int32Array) {
  const heap: number[] = [];
  const rankAt = (place: number) => best[heap[place] ?? -1] ?? Number.POSITIVE_INFINITY;
  const swap = (a: number, b: number) => {
    [heap[a], heap[b]] = [heap[b] ?? 0, heap[a] ?? 0];
  };
  return {
    push(node: number): void {
      heap.push(node);
      for (let place = heap.length - 1; place > 0; ) {
        const parent = (place - 1) >>> 1;
        if (rankAt(parent) <= rankAt(place)) return;
        swap(parent, place);
        place = parent;
      }
    },
    pop(): number | undefined {
      const top = heap[0];
      const last = heap.pop();
      if (top === undefined || last === undefined || heap.length === 0) return top;
      heap[0] = last;
      for (let place = 0; ; ) {
        const left = 2 * place + 1;
        const child = rankAt(left + 1) < rankAt(left) ? left + 1 : left;
        if (rankAt(place) <= rankAt(child)) return top;
        swap(place, child);
        place = child;
      }
    },
  };
}
