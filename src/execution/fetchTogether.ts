import { SluiceError } from '../base/errors.ts';
import type { SubgraphResult } from '../model/subgraphCall.ts';
import type { FetchRequest } from './fetchRequest.ts';
import { createJoinedRequests, type JoinedRequests } from './joinedRequests.ts';
import type { Run } from './run.ts';
import { sendRequest } from './sendRequest.ts';
import type { WaitingFetch } from './waitingFetch.ts';

/** Sends an entity fetch; rejects as its call does. */
export type SendEntities = (
  run: Run,
  request: FetchRequest,
  representations: string,
) => Promise<SubgraphResult>;

/** Sends each fetch as a request of its own. */
export const sendAlone: SendEntities = (run, request, representations) =>
  sendRequest(run, request, [`"representations":${representations}`]);

/**
 * Sends the entity fetches of one subgraph that become ready in the same turn as one request, each under an alias of its own: a call costs
 * more than a fetch. Errors find their fetch by the alias. Where the whole answer is null, because one null that is not allowed took the
 * others' data along, or is too large, each is asked by itself: what is joined fails no more than what is not.
 */
export function createFetchTogether(): SendEntities {
  const joined = createJoinedRequests();
  return (run, request, representations) =>
    new Promise((resolve, reject) => {
      // After all microtasks: until then steps that wait for the same answer may become ready.
      if (run.waiting.length === 0) process.nextTick(sendWaiting, run, joined);
      run.waiting.push({ request, representations, resolve, reject });
    });
}

function sendWaiting(run: Run, joined: JoinedRequests): void {
  const left = new Map<string, WaitingFetch[]>();
  for (const fetch of run.waiting) {
    const { subgraph } = fetch.request;
    const others = left.get(subgraph);
    if (others) others.push(fetch);
    else left.set(subgraph, [fetch]);
  }
  run.waiting = [];
  for (const fetches of left.values()) {
    if (fetches.length === 1) askEach(run, fetches);
    else void askAll(run, fetches, joined);
  }
}

function askEach(run: Run, fetches: readonly WaitingFetch[]): void {
  for (const { request, representations, resolve } of fetches)
    resolve(sendAlone(run, request, representations));
}

async function askAll(run: Run, fetches: readonly WaitingFetch[], joined: JoinedRequests): Promise<void> {
  try {
    const request = joined.of(fetches.map((fetch) => fetch.request));
    const given = fetches.map(({ representations }, index) => `"${request.names[index]}":${representations}`);
    const results = request.resultsOf(await sendRequest(run, request, given));
    if (!results) return askEach(run, fetches);
    for (const [index, { resolve }] of fetches.entries()) resolve(results[index] as SubgraphResult);
  } catch (failure) {
    const isTooLarge = failure instanceof SluiceError && failure.code === 'SUBGRAPH_RESPONSE_TOO_LARGE';
    if (isTooLarge) askEach(run, fetches);
    else for (const { reject } of fetches) reject(failure);
  }
}
