import { CallFailure } from './callFailure.ts';

/** Nobody waits for a call any more. */
export function givenUp(subgraph: string, cause: unknown): CallFailure {
  const message = `The call to subgraph "${subgraph}" was given up.`;
  return new CallFailure('SUBGRAPH_UNREACHABLE', message, { cause, fault: null });
}
