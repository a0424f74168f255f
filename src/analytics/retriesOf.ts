import type { CallFact } from '../model/subgraphCall.ts';

/** Tries beyond the first; a call that was not sent has none. */
export function retriesOf({ tries }: Pick<CallFact, 'tries'>): number {
  return tries > 1 ? tries - 1 : 0;
}
