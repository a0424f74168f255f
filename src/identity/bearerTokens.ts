import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Clock } from '../base/clock.ts';
import { SluiceError } from '../base/errors.ts';
import { SingleFlight } from '../base/singleFlight.ts';
import type { DecisionNotes } from '../model/decision.ts';
import type { Session } from '../model/session.ts';
import type { Introspect } from './introspection.ts';
import type { Provider } from './provider.ts';
import { readToken } from './readToken.ts';
import { tellRemembered, tellVerified } from './tellSession.ts';
import { unauthenticated } from './unauthenticated.ts';
import type { Verified } from './verified.ts';

export interface BearerTokensParts {
  readonly providers: readonly Provider[];
  readonly maxSessions: number;
  readonly clock: Clock;
}

/** Whose tokens they are, by provider; verified ones are kept until they end. */
export interface BearerTokens {
  /** Throws or rejects with UNAUTHENTICATED or AUTHORIZER_UNAVAILABLE. */
  sessionFor(token: string, notes: DecisionNotes | null): Session | Promise<Session>;
}

/** RFC 6750, section 2.1. */
const tokenCharacters = /^[\w.~+/-]+=*$/;
/** How long a provider's no is kept: a token is as good as never valid later, and inventing one must not cost a question each time. */
const refusedForMs = 10_000;
const maxRefused = 10_000;
/** Providers may put hundreds of groups into a token. */
const maxVerifiedBytes = 128 * 1024 ** 2;

export function createBearerTokens({ providers, maxSessions, clock }: BearerTokensParts): BearerTokens {
  const byIssuer = new Map(providers.map((provider) => [provider.issuer, provider]));
  const asked = providers.flatMap(({ introspect }) => (introspect ? [introspect] : []));
  // By hash: neither a look at the memory nor the time of a comparison gives a token away.
  const verified = new LRUCache<string, Verified>({ max: maxSessions, maxSize: maxVerifiedBytes });
  const refused = new LRUCache<string, { readonly refusal: SluiceError; readonly untilMs: number }>({
    max: maxRefused,
  });
  const asking = new SingleFlight<Session>();

  function keep(name: string, found: Verified): Session {
    verified.set(name, found, { size: JSON.stringify(found.session.claims).length * 2 + 1_000 });
    return found.session;
  }

  async function ask(name: string, token: string, introspections: readonly Introspect[]): Promise<Session> {
    try {
      return keep(name, await askedSession(token, introspections));
    } catch (failure) {
      if (failure instanceof SluiceError && failure.code === 'UNAUTHENTICATED')
        refused.set(name, { refusal: failure, untilMs: clock.monotonicMs() + refusedForMs });
      throw failure;
    }
  }

  function introspected(
    name: string,
    token: string,
    introspections: readonly Introspect[],
  ): Promise<Session> {
    const known = refused.get(name);
    if (known && clock.monotonicMs() < known.untilMs) throw known.refusal;
    return asking.run(name, () => ask(name, token, introspections));
  }

  function judge(name: string, text: string): Session | Promise<Session> {
    const token = readToken(text);
    if (token === null) {
      if (!tokenCharacters.test(text)) throw unauthenticated('malformed', 'its characters');
      if (asked.length > 0) return introspected(name, text, asked);
      throw unauthenticated('malformed', 'it is no JWT, and no provider is asked about others');
    }
    const provider = token.issuer === null ? undefined : byIssuer.get(token.issuer);
    if (provider?.verify) {
      const found = provider.verify(token);
      return found instanceof Promise ? found.then((late) => keep(name, late)) : keep(name, found);
    }
    if (provider?.introspect) return introspected(name, text, [provider.introspect]);
    throw unauthenticated('foreignIssuer');
  }

  return {
    sessionFor(token, notes) {
      const name = hash('sha256', token, 'base64');
      const known = verified.get(name);
      if (known && clock.wallMs() < known.endsAtMs && known.key?.withdrawn !== true) {
        notes?.decided('identity', known.session, tellRemembered);
        return known.session;
      }
      const found = judge(name, token);
      return found instanceof Promise
        ? found.then((late) => verifiedNow(late, notes))
        : verifiedNow(found, notes);
    },
  };
}

function verifiedNow(session: Session, notes: DecisionNotes | null): Session {
  notes?.decided('identity', session, tellVerified);
  return session;
}

/** Asks one after the other; one that cannot be asked is told only when no other knows the token. */
async function askedSession(token: string, introspections: readonly Introspect[]): Promise<Verified> {
  let failure: unknown = null;
  for (const introspect of introspections) {
    try {
      const found = await introspect(token);
      if (found) return found;
    } catch (thrown) {
      if (thrown instanceof SluiceError && thrown.code === 'UNAUTHENTICATED') throw thrown;
      failure ??= thrown;
    }
  }
  throw failure ?? unauthenticated('inactive');
}
