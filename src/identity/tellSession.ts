import type { ToldDecision } from '../model/decision.ts';
import type { Session } from '../model/session.ts';

/** Who calls, by what was known of the token or key already. */
export function tellRemembered(session: Session): ToldDecision {
  return tellSession(session, 'known from before');
}

/** Who calls, by a token or key that was looked at for this request. */
export function tellVerified(session: Session): ToldDecision {
  return tellSession(session, 'verified for this request');
}

export function tellNobody(): ToldDecision {
  return { text: 'anonymous: neither token nor key was shown', facts: { by: 'nothing' } };
}

/** Not whom the token speaks of: an operator looks for a request, not for a person. */
export function tellSession(session: Session, how: string): ToldDecision {
  const { issuer, consumer, plan, scopes } = session;
  const by = issuer === null ? 'key' : 'token';
  const shown = issuer === null ? 'an API key' : `a token of ${issuer}`;
  const billed = consumer === null ? '' : `, consumer ${consumer}`;
  const onPlan = plan === null ? '' : `, plan ${plan}`;
  return {
    text: `${shown}, ${how}${billed}${onPlan}, ${scopes.size} scopes`,
    facts: { by, issuer, consumer, plan, scopes: [...scopes].slice(0, 50), known: how },
  };
}
