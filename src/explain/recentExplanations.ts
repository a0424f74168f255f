import type { Explanation } from './explanation.ts';

/** An explanation, and as it is stored. */
export interface KeptExplanation {
  readonly explanation: Explanation;
  readonly json: string;
}

/** The last ones, in bounded memory; what is not written yet waits here. */
export interface RecentExplanations {
  add(explanation: Explanation): void;
  /** Newest first. */
  find(requestId: string): readonly Explanation[];
  /** Those that were not written, oldest first. */
  unwritten(max: number): readonly KeptExplanation[];
  /** The oldest so many of them have been written. */
  written(kept: readonly KeptExplanation[]): void;
}

/** Of an object besides its text, measured: some. */
const overhead = 3;

export function createRecentExplanations({ maxBytes }: { maxBytes: number }): RecentExplanations {
  const kept: KeptExplanation[] = [];
  const waiting = new Set<KeptExplanation>();
  let bytes = 0;
  return {
    add(explanation) {
      const added = { explanation, json: JSON.stringify(explanation) };
      kept.push(added);
      waiting.add(added);
      bytes += added.json.length * overhead;
      while (bytes > maxBytes) {
        const oldest = kept.shift();
        if (!oldest) return;
        waiting.delete(oldest);
        bytes -= oldest.json.length * overhead;
      }
    },
    find: (requestId) =>
      kept
        .filter(({ explanation }) => explanation.requestId === requestId)
        .map(({ explanation }) => explanation)
        .reverse(),
    unwritten: (max) => [...waiting].slice(0, max),
    written(done) {
      for (const each of done) waiting.delete(each);
    },
  };
}
