import type { GatewayPlugin, Passage } from '../model/gatewayPlugin.ts';
import type { Session } from '../model/session.ts';
import type { RateRule } from './rateRule.ts';
import { sessionIdentity } from './sessionIdentity.ts';

/** Counts the requests of identified sessions, by the rate of their plan where it has one. Anonymous callers are counted by address. */
export function perSession(
  rule: RateRule | null,
  plans: ReadonlyMap<string, RateRule | null>,
): GatewayPlugin {
  const take = (passage: Passage, session: Session, cost: number): void | Promise<void> => {
    if (!session.identified) return;
    const own = plans.get(session.plan ?? '') ?? rule;
    return own?.take(passage, sessionIdentity(session), cost);
  };
  return {
    identified: (passage, session) => take(passage, session, 1),
    batch: (passage, session, size) => take(passage, session, size - 1),
  };
}
