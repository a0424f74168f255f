/** Stands for all names that were not told apart. A name from outside that is called so is counted with them. */
export const otherName = '(other)';

/** The names that are told apart: those that are asked most, in bounded memory. */
export interface BoundedNames {
  /** The name itself where it is told apart, else `otherName`. */
  keep(name: string): string;
  /** Whether it has a place now; asking does not count. */
  has(name: string): boolean;
  /** Once a minute: makes room for names that are new, and lets in those that were asked repeatedly without having a place. */
  turn(): void;
}

/** The part of the places that is free for new names at the beginning of each minute. */
const freePart = 0.1;
/** Names without a place whose repetition is noticed; one that is asked again before so many others were is let in. */
const maxWaiting = 500;
const leastRepeats = 2;
/** What was asked an hour ago counts half. */
const fadingPerTurn = 0.5 ** (1 / 60);

/**
 * A flood of names that are asked once takes the free places and no others; who has a place by being asked often keeps it, and who is
 * asked often without one gets it with the next turn.
 */
export function createBoundedNames({ max }: { max: number }): BoundedNames {
  const places = new Map<string, { score: number }>();
  // Two generations, each filled once: a map that names come to and go from would keep dead ones alive (churnMap.ts).
  let waiting = new Map<string, number>();
  let longWaiting = new Map<string, number>();

  function wait(name: string): void {
    waiting.set(name, (waiting.get(name) ?? longWaiting.get(name) ?? 0) + 1);
    if (waiting.size < maxWaiting) return;
    longWaiting = waiting;
    waiting = new Map();
  }

  return {
    keep(name) {
      const place = places.get(name);
      if (place) place.score += 1;
      else if (places.size < max) places.set(name, { score: 1 });
      else {
        wait(name);
        return otherName;
      }
      return name;
    },
    has: (name) => places.has(name),
    turn() {
      for (const place of places.values()) place.score *= fadingPerTurn;
      const repeated = [...new Map([...longWaiting, ...waiting])].filter(
        ([, times]) => times >= leastRepeats,
      );
      waiting = new Map();
      longWaiting = new Map();
      const room = Math.ceil(max * freePart);
      const excess = places.size - (max - room);
      if (excess > 0) {
        const weakest = [...places].sort(([, one], [, other]) => one.score - other.score).slice(0, excess);
        for (const [name] of weakest) places.delete(name);
      }
      repeated.sort(([, one], [, other]) => other - one);
      for (const [name, times] of repeated) if (places.size < max) places.set(name, { score: times });
    },
  };
}
