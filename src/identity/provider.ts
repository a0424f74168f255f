import type { Clock } from '../base/clock.ts';
import type { Log } from '../model/log.ts';
import { createDiscovery } from './discovery.ts';
import type { ProviderOptions } from './identityOptions.ts';
import { createIntrospection, type Introspect } from './introspection.ts';
import { createKeySet } from './keySet.ts';
import type { ProviderClient } from './providerClient.ts';
import type { SignedToken } from './readToken.ts';
import type { ClaimRules } from './sessionOf.ts';
import { unavailable } from './unauthenticated.ts';
import type { Verified } from './verified.ts';
import { createVerifier } from './verifier.ts';

/** One identity provider: how its tokens are judged. */
export interface Provider {
  readonly issuer: string;
  /** Null where the provider is asked about every token. Throws or rejects with UNAUTHENTICATED or AUTHORIZER_UNAVAILABLE. */
  readonly verify: ((token: SignedToken) => Verified | Promise<Verified>) | null;
  /** Null where its tokens are all signed. */
  readonly introspect: Introspect | null;
  close(): void;
}

export interface ProviderParts {
  readonly client: ProviderClient;
  readonly refreshMs: number;
  readonly clock: Clock;
  readonly log: Log;
}

export function createProvider(options: ProviderOptions, parts: ProviderParts): Provider {
  const { issuer, audience, algorithms, clockTolerance: clockToleranceMs, jwksUri } = options;
  const { client, refreshMs, clock, log } = parts;
  const rules: ClaimRules = { issuer, audience: audience ?? null, clockToleranceMs, names: options.claims };
  const closing = new AbortController();
  const close = (): void => closing.abort(unavailable({ issuer, reason: 'it is not in use any more' }));
  const closed = closing.signal;
  const discovery = createDiscovery(issuer, { client, clock });
  const introspect = options.introspection
    ? createIntrospection(options.introspection, { rules, client, discovery, clock, closed })
    : null;
  if (introspect && jwksUri === undefined) {
    return { issuer, introspect, verify: null, close };
  }
  const fetchKeys = async (signal: AbortSignal): Promise<unknown> => {
    try {
      return await client.get(jwksUri ?? (await discovery.endpoint('jwks_uri', signal)), signal);
    } catch (failure) {
      discovery.forget();
      throw failure;
    }
  };
  const keys = createKeySet({ issuer, fetchKeys, refreshMs, closed, clock, log });
  const verify = createVerifier({ rules, algorithms, keys, clock });
  return { issuer, introspect, verify, close };
}
