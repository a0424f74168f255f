import type { ToldDecision } from '../model/decision.ts';

/** That somebody else's run answered, and whose: the calls are told with theirs. */
export function tellJoined({ runBy }: { readonly runBy?: string | undefined }): ToldDecision {
  const whose = runBy === undefined ? 'another request' : `request ${runBy}`;
  return {
    text: `the same was under way: answered by the run of ${whose}`,
    facts: { joined: true, request: runBy ?? null },
  };
}
