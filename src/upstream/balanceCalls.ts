import type { Clock } from '../base/clock.ts';
import { CallFailure } from './callFailure.ts';
import type { Link } from './sentCall.ts';

/** Chooses the instance of each try, and learns from how it went. */
export function balanceCalls({ clock }: { clock: Clock }): Link {
  return (next) => (sent) => {
    const { route, note } = sent;
    const { instances } = route;
    const startedMs = sent.sentAtMs;
    const instance = instances.pick(startedMs, sent.instance);
    if (instance === null) return Promise.reject(nobody(route.subgraph));
    sent.instance = instance;
    note.instance = instance.name;
    note.tries += 1;
    instance.begin();
    return next(sent).then(
      (answer) => {
        const nowMs = clock.monotonicMs();
        note.cause = answer.fault;
        instances.noteEnd(instance, { nowMs, ms: nowMs - startedMs, fault: answer.fault });
        return answer;
      },
      (failure: unknown) => {
        const nowMs = clock.monotonicMs();
        const known = failure instanceof CallFailure ? failure : null;
        const fault = known?.fault ?? null;
        note.cause = fault;
        if (fault === 'open' || fault === 'overloaded' || (fault === null && sent.signal.aborted))
          instance.leave();
        else instances.noteEnd(instance, { nowMs, ms: nowMs - startedMs, fault });
        throw failure;
      },
    );
  };
}

function nobody(subgraph: string): CallFailure {
  return new CallFailure('SUBGRAPH_UNREACHABLE', `Subgraph "${subgraph}" has no instance.`, {
    fault: 'connect',
    isUnsent: true,
  });
}
