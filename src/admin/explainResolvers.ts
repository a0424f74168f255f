import { SluiceError } from '../base/errors.ts';
import type { Explanation, Explanations } from '../explain/explain.ts';
import { isoTime } from './isoTime.ts';

export interface ExplainResolverParts {
  /** Null where no request is kept. */
  readonly explanations: Explanations | null;
}

const maxFirst = 1000;

/** The root fields about single requests. */
export function createExplainResolvers({ explanations }: ExplainResolverParts) {
  return {
    explain: async ({ id }: { id: string }) => explanations && (await explanations.find(id)).map(shown),
    async explanations({ first }: { first: number }) {
      if (first < 1 || first > maxFirst)
        throw new SluiceError('BAD_USER_INPUT', `first is ${first}; allowed: 1 to ${maxFirst}.`);
      return explanations && (await explanations.last(first)).map(shown);
    },
  };
}

function shown({ atMs, why, ...explanation }: Explanation) {
  return { ...explanation, at: isoTime(atMs), why: why.toUpperCase() };
}
