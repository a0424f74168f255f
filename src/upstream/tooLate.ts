import { CallFailure } from './callFailure.ts';

/** The time of a try was up; `isCut` when that says nothing about the subgraph. */
export function tooLate(subgraph: string, isCut: boolean): CallFailure {
  const message = `Subgraph "${subgraph}" did not answer in time.`;
  return new CallFailure('SUBGRAPH_TIMEOUT', message, { fault: isCut ? null : 'timeout' });
}
