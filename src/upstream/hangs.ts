import { CallFailure } from './callFailure.ts';

/** What is not waited for any longer, since the subgraph hangs. */
export function hangs(subgraph: string): CallFailure {
  const message = `Subgraph "${subgraph}" did not answer in time.`;
  return new CallFailure('SUBGRAPH_TIMEOUT', message, { fault: 'timeout' });
}
