import type { Clock } from '../base/clock.ts';
import { withinTime } from '../base/withinTime.ts';
import type { Discovery } from './discovery.ts';
import type { IntrospectionOptions } from './identityOptions.ts';
import type { ProviderClient } from './providerClient.ts';
import { type ClaimRules, sessionOf } from './sessionOf.ts';
import { unauthenticated, unavailable } from './unauthenticated.ts';
import type { Verified } from './verified.ts';

export interface IntrospectionParts {
  readonly rules: ClaimRules;
  readonly client: ProviderClient;
  /** Finds the endpoint where the options do not say it. */
  readonly discovery: Discovery;
  readonly clock: Clock;
  /** Aborted when the provider is not in use any more. */
  readonly closed: AbortSignal;
}

/** Asks a provider about a token. Null when the provider says it is none of its valid ones. */
export type Introspect = (token: string) => Promise<Verified | null>;

const timeoutMs = 2_000;
/** Strangers can make us ask with tokens they invent: what is more is refused at once, and not kept waiting. */
const maxUnderWay = 256;

/**
 * RFC 7662: the provider says what a token stands for. Throws AUTHORIZER_UNAVAILABLE when it cannot be asked, and UNAUTHENTICATED
 * when the token is valid, but not here.
 */
export function createIntrospection(options: IntrospectionOptions, parts: IntrospectionParts): Introspect {
  const { rules, client, discovery, clock, closed } = parts;
  const { issuer } = rules;
  const authorization = basic(options);
  let underWay = 0;

  async function ask(token: string, signal: AbortSignal): Promise<unknown> {
    const url = options.url ?? (await discovery.endpoint('introspection_endpoint', signal));
    return client.post(url, { fields: { token, token_type_hint: 'access_token' }, authorization }, signal);
  }

  async function answerFor(token: string): Promise<Record<string, unknown>> {
    if (underWay >= maxUnderWay)
      throw unavailable({ issuer, reason: 'too many questions wait for its answers' });
    underWay += 1;
    try {
      return answerOf(await withinTime((signal) => ask(token, signal), { timeoutMs, signal: closed, clock }));
    } catch (failure) {
      discovery.forget();
      throw unavailable({ issuer, reason: 'introspection failed' }, failure);
    } finally {
      underWay -= 1;
    }
  }

  return async (token) => {
    const answer = await answerFor(token);
    if (!answer.active) return null;
    if (answer.iss !== undefined && answer.iss !== issuer) throw unauthenticated('foreignIssuer');
    const nowMs = clock.wallMs();
    const { session, endsAtMs } = sessionOf(answer, { rules, nowMs, mustExpire: false });
    return { session, endsAtMs: Math.min(nowMs + options.cache, endsAtMs), key: null };
  };
}

function answerOf(answer: unknown): Record<string, unknown> & { active: boolean } {
  if (
    typeof answer !== 'object' ||
    answer === null ||
    !('active' in answer) ||
    typeof answer.active !== 'boolean'
  )
    throw new Error('the answer does not say whether the token is active');
  return { ...answer, active: answer.active };
}

/** RFC 6749, section 2.3.1: both halves are form-encoded first. */
function basic({ clientId, clientSecret }: IntrospectionOptions): string {
  const encoded = [clientId, clientSecret].map((half) => encodeURIComponent(half).replaceAll('%20', '+'));
  return `Basic ${Buffer.from(encoded.join(':')).toString('base64')}`;
}
