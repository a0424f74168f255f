import { sha256 } from '../base/sha256.ts';
import type { Operation } from '../model/operation.ts';

/** An operation that is asked often: its text as sent and its name, and nothing of who asked it with which variables. */
export interface BusyOperation {
  readonly text: string;
  readonly name: string | null;
  /** How often it was asked, lately more than long ago. */
  readonly score: number;
}

/** Counts operations in bounded memory, the busiest of them for sure. */
export interface BusiestOperations {
  /** One more of it; on the way of every request, so it takes a fraction of a microsecond. */
  count(operation: Pick<Operation, 'document' | 'name'>): void;
  /** The busiest first, with no more characters than a file may have. */
  best(): readonly BusyOperation[];
  /** Starts from what was counted before. */
  restore(known: readonly BusyOperation[]): void;
  /** From now on what was counted so far is worth this part of it. */
  fade(factor: number): void;
}

interface Counter {
  readonly hash: string;
  readonly text: string;
  readonly name: string | null;
  score: number;
}

export const maxBest = 200;
export const maxBestCharacters = 1_000_000;
/** Nobody asks longer ones often; persisted queries make long texts cheap to send, not to keep. */
export const maxTextLength = 100_000;

/** Kept when there are twice as many, or twice as many characters in them; so of a flood of operations asked once the busy ones stay. */
const keptCounters = 1000;
const keptCharacters = 1_000_000;
/** Instead of making what is counted smaller, what is counted next gets larger; before numbers lose precision all are brought back. */
const maxWorth = 1e9;

export function createBusiestOperations(): BusiestOperations {
  // By hash, then by name: both are texts that exist already, so that no new one is made for each request.
  let counters = new Map<string, Map<string | null, Counter>>();
  let size = 0;
  let characters = 0;
  let worth = 1;

  function add(counter: Counter): void {
    const ofDocument = counters.get(counter.hash) ?? new Map<string | null, Counter>();
    counters.set(counter.hash, ofDocument.set(counter.name, counter));
    size += 1;
    characters += counter.text.length;
  }

  function inOrder(): Counter[] {
    return [...counters.values()]
      .flatMap((ofDocument) => [...ofDocument.values()])
      .sort((a, b) => b.score - a.score);
  }

  function keep(kept: readonly Counter[]): void {
    counters = new Map();
    size = 0;
    characters = 0;
    for (const counter of kept) add(counter);
  }

  return {
    count({ document: { hash, sentText: text }, name }) {
      const counter = counters.get(hash)?.get(name);
      if (counter) counter.score += worth;
      else if (text.length <= maxTextLength) {
        add({ hash, text, name, score: worth });
        if (size > 2 * keptCounters || characters > 2 * keptCharacters)
          keep(first(inOrder(), keptCounters, keptCharacters));
      }
    },
    best: () =>
      first(inOrder(), maxBest, maxBestCharacters).map(({ text, name, score }) => ({
        text,
        name,
        score: score / worth,
      })),
    restore(known) {
      for (const { text, name, score } of known) {
        const hash = sha256(text);
        const counter = counters.get(hash)?.get(name);
        if (counter) counter.score += score * worth;
        else add({ hash, text, name, score: score * worth });
      }
    },
    fade(factor) {
      worth /= factor;
      if (worth < maxWorth) return;
      for (const counter of inOrder()) counter.score /= worth;
      worth = 1;
    },
  };
}

/** The first of them, so many and with so many characters. */
function first(counters: readonly Counter[], max: number, maxCharacters: number): readonly Counter[] {
  let left = maxCharacters;
  return counters.slice(0, max).filter(({ text }) => {
    left -= text.length;
    return left >= 0;
  });
}
