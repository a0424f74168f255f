import { balanceCalls } from './balanceCalls.ts';
import { breakCalls } from './breakCalls.ts';
import { limitCalls } from './limitCalls.ts';
import { retryCalls } from './retryCalls.ts';
import { type SendTryParts, sendTry } from './sendTry.ts';
import type { Link, Send } from './sentCall.ts';
import { traceTries } from './traceTries.ts';

type ChainParts = Parameters<typeof retryCalls>[0] & SendTryParts;

/** What decides about a call, from the outside in; each wraps all below it. Those who ask the same share one passage (joinCalls). */
function linksInOrder(parts: ChainParts): readonly Link[] {
  return [
    limitCalls(parts), // First: whoever waits for a turn has not been asked for yet, and what the breaker refuses frees its place at once.
    breakCalls(parts), // After the queue: it may have opened meanwhile. Around the retries: one call is one success or one failure.
    retryCalls(parts), // Around the choice of an instance, so that another one is tried.
    balanceCalls(parts), // Next to the wire, so that every try is counted for the instance it went to.
    traceTries(), // Last: it shows where a try went.
  ];
}

/** The way of a call from here to a subgraph's answer. */
export function createCallChain(parts: ChainParts): Send {
  return linksInOrder(parts).reduceRight((next, link) => link(next), sendTry(parts));
}
