import { unlessAborted } from '../base/withinTime.ts';
import type { Arrival } from '../model/arrival.ts';
import type { DecisionNotes } from '../model/decision.ts';
import type { Session } from '../model/session.ts';
import type { ApiKeySessions } from './apiKeySessions.ts';
import type { BearerTokens } from './bearerTokens.ts';
import { apiKeyPrefix } from './newApiKey.ts';
import { tellNobody } from './tellSession.ts';
import { unauthenticated } from './unauthenticated.ts';

/** What of a request tells who calls. */
export type Shown = Pick<Arrival, 'headers' | 'signal'>;

interface IdentifyCallerParts {
  /** Null when there is no provider: then tokens are for the subgraphs. */
  readonly tokens: Pick<BearerTokens, 'sessionFor'> | null;
  /** Null when keys are not looked at. */
  readonly keys: Pick<ApiKeySessions, 'sessionFor'> | null;
  readonly required: boolean;
}

/**
 * The session of a caller, at once where what they show is remembered. A token says who calls and a key whom to bill, so somebody
 * may show both; then both have to be good.
 */
export function createIdentifyCaller({ tokens, keys, required }: IdentifyCallerParts) {
  function nobody(notes: DecisionNotes | null): Session {
    if (required) throw unauthenticated('nothingShown');
    notes?.decided('identity', null, tellNobody);
    return anonymous;
  }

  function ofAuthorization(
    authorization: string,
    notes: DecisionNotes | null,
  ): Session | null | Promise<Session> {
    const token = bearerOf(authorization);
    if (token === null) return null;
    if (keys && token.startsWith(apiKeyPrefix)) return keys.sessionFor(token, notes);
    return tokens ? tokens.sessionFor(token, notes) : null;
  }

  function withKey(
    session: Session | null,
    key: string | readonly string[] | undefined,
    notes: DecisionNotes | null,
  ): Session | Promise<Session> {
    if (key === undefined || keys === null) return session ?? nobody(notes);
    const found = keys.sessionFor(String(key), notes);
    return found instanceof Promise ? found.then((late) => joined(session, late)) : joined(session, found);
  }

  return ({ headers, signal }: Shown, notes: DecisionNotes | null = null): Session | Promise<Session> => {
    const { authorization, 'x-api-key': key } = headers;
    const found = authorization === undefined ? null : ofAuthorization(authorization, notes);
    const session =
      found instanceof Promise ? found.then((late) => withKey(late, key, notes)) : withKey(found, key, notes);
    return session instanceof Promise ? unlessAborted(session, signal) : session;
  };
}

/** The token of a bearer challenge's answer, empty where it is missing; null for another scheme. */
function bearerOf(authorization: string): string | null {
  if (authorization.slice(0, 6).toLowerCase() !== 'bearer') return null;
  if (authorization.length > 6 && authorization[6] !== ' ') return null;
  return authorization.slice(7).trim();
}

/** Who a token says it is, billed as a key says. */
function joined(byToken: Session | null, byKey: Session): Session {
  if (byToken === null) return byKey;
  const { consumer, plan } = byKey;
  return { ...byToken, consumer, plan, expiresAtMs: earlier(byToken.expiresAtMs, byKey.expiresAtMs) };
}

function earlier(one: number | null, other: number | null): number | null {
  return one !== null && other !== null ? Math.min(one, other) : (one ?? other);
}

const anonymous: Session = {
  identified: false,
  subject: null,
  issuer: null,
  consumer: null,
  plan: null,
  scopes: new Set(),
  claims: Object.freeze(Object.create(null)),
  expiresAtMs: null,
};
