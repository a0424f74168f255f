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
  definition: _definition,
  ...sent
}: CallFact): ToldDecision {
  const how = joined ? 'shared the call of another request' : `${bytes} bytes`;
  const ended = code === null ? how : `${code}, ${how}`;
  return {
    text: `${subgraph}${protocol === 'graphql' ? '' : ` (${protocol})`}: ${ended} after ${ms.toFixed(1)} ms${tellWay(joined, sent)}`,
    facts: { subgraph, protocol, ms, bytes, code, joined, ...sent },
  };
}

/** Where it went; that it went there once, and that the breaker was closed, goes without saying. */
function tellWay(
  joined: boolean,
  { instance, tries, breaker, cause }: Pick<CallFact, 'instance' | 'tries' | 'breaker' | 'cause'>,
): string {
  if (joined) return '';
  const parts = [
    ...(instance === null ? [] : [`from ${instance}`]),
    ...(tries === 0 ? ['not sent'] : []),
    ...(tries > 1 ? [`${tries} tries`] : []),
    ...(cause === null || cause === 'open' ? [] : [`at fault: ${cause}`]),
    ...(breaker === null || breaker === 'closed' ? [] : [`breaker ${breaker}`]),
  ];
  return parts.length === 0 ? '' : `, ${parts.join(', ')}`;
}
