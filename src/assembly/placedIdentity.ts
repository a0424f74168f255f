import type { Arrival } from '../model/arrival.ts';
import type { DecisionNotes } from '../model/decision.ts';
import type { Session } from '../model/session.ts';

interface Identifying {
  identify(arrival: Arrival, notes: DecisionNotes): Session | Promise<Session>;
}

/** Who calls, on the plan that billing has their consumer on: limits, usage and bills go by the same one. */
export function placedIdentity(
  identity: Identifying,
  { placed }: { placed(session: Session): Session },
): Identifying {
  return {
    identify(arrival, notes) {
      const session = identity.identify(arrival, notes);
      return session instanceof Promise ? session.then(placed) : placed(session);
    },
  };
}
