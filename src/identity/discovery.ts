import type { Clock } from '../base/clock.ts';
import { urlFault } from '../base/forbiddenAddress.ts';
import type { ProviderClient } from './providerClient.ts';

/** Where a provider says its endpoints are (OpenID Connect Discovery 1.0, section 4). */
export interface Discovery {
  /** Rejects when it cannot be asked, or says something that cannot be followed. */
  endpoint(name: 'jwks_uri' | 'introspection_endpoint', signal: AbortSignal): Promise<string>;
  /** The endpoints did not do: the next one who needs them asks again. */
  forget(): void;
}

const keptMs = 3_600_000;

export function createDiscovery(
  issuer: string,
  { client, clock }: { client: ProviderClient; clock: Clock },
): Discovery {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  let known: { readonly document: Record<string, unknown>; readonly untilMs: number } | null = null;

  async function read(signal: AbortSignal): Promise<Record<string, unknown>> {
    if (known && clock.monotonicMs() < known.untilMs) return known.document;
    const document = await client.get(url, signal);
    if (typeof document !== 'object' || document === null)
      throw new Error('the discovery document is no object');
    if (!('issuer' in document) || document.issuer !== issuer)
      throw new Error('the discovery document is of another issuer');
    known = { document: { ...document }, untilMs: clock.monotonicMs() + keptMs };
    return known.document;
  }

  return {
    async endpoint(name, signal) {
      const found = (await read(signal))[name];
      if (typeof found !== 'string') throw new Error(`the discovery document has no ${name}`);
      const fault = urlFault(found) ?? downgradeFault(found, issuer);
      if (fault !== null) throw new Error(`the ${name} of the discovery document ${fault}`);
      return found;
    },
    forget() {
      known = null;
    },
  };
}

/** What an https issuer says must not be read where anybody on the way could change it. */
function downgradeFault(url: string, issuer: string): string | null {
  if (!issuer.startsWith('https:') || url.startsWith('https:')) return null;
  return 'is not https, as the issuer is';
}
