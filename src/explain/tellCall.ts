import type { ToldDecision } from '../model/decision.ts';
import type { CallFact } from '../model/subgraphCall.ts';

/** A call to a subgraph; what a fact of it says besides is told with it. */
export function tellCall({
  subgraph,
  startedAtMs: _start,
  ms,
  bytes,
  code,
  joined,
  protocol,
  ...more
}: CallFact): ToldDecision {
  const how = joined ? 'shared the call of another request' : `${bytes} bytes`;
  const ended = code === null ? how : `${code}, ${how}`;
  return {
    text: `${subgraph}${protocol === 'graphql' ? '' : ` (${protocol})`}: ${ended} after ${ms.toFixed(1)} ms`,
    facts: { subgraph, protocol, ms, bytes, code, joined, ...more },
  };
}
