import { createJoinFlights } from '../base/joinFlights.ts';
import type { Operation } from '../model/operation.ts';
import type { Caller } from '../model/subgraphCall.ts';
import type { EngineResult } from './engine.ts';
import type { KeptRuns } from './keptRuns.ts';
import { tellJoined } from './tellJoined.ts';

/** What is asked: which operation, under which key its plan is kept, and for whom. */
interface Asked {
  readonly operation: Pick<Operation, 'kind' | 'variables'>;
  readonly key: string;
  readonly caller: Caller;
}

/** Runs for a caller; its signal may be that of several who wait. */
type Start = (caller: Caller) => Promise<EngineResult>;

/** For a client that went away. */
const nobodyWaits: EngineResult = { data: null };

/** Queries under way that ask the same, down to the last header their calls send, share one run; where answers are kept, so do those after it. */
export function createRunTogether(
  identityOf: (caller: Caller) => string | null,
  keptRuns: KeptRuns | null = null,
) {
  const runs = createJoinFlights<EngineResult>();

  return async function runTogether(start: Start, { operation, key, caller }: Asked): Promise<EngineResult> {
    const { kind, variables } = operation;
    const identity = kind === 'query' ? identityOf(caller) : null;
    if (identity === null) return start(caller);
    const name = `${key}\n${identity}\n${JSON.stringify(variables)}`;
    const { session } = caller;
    const kept = keptRuns?.get(name, session);
    if (kept) return kept;
    let isOwn = false;
    const startShared = (signal: AbortSignal) => {
      isOwn = true;
      const run = () => start(withSignal(caller, signal));
      return keptRuns ? keptRuns.run({ key: name, session }, run) : run();
    };
    try {
      const answer = runs.join(name, caller, startShared);
      if (isOwn) return await answer;
      caller.notes?.noteJoinedRun();
      const joined = await answer;
      caller.notes?.decided('execution', joined, tellJoined);
      return joined;
    } catch (failure) {
      if (caller.signal.aborted) return nobodyWaits;
      throw failure;
    }
  };
}

/** The same caller, given up when nobody waits any more. */
function withSignal(caller: Caller, signal: AbortSignal): Caller {
  const { requestId, headers, session, deadlineMs, notes } = caller;
  return { requestId, headers, session, deadlineMs, notes, signal };
}
