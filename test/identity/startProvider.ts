import { generateKeyPairSync, type JsonWebKey } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider, { type Adapter, type AdapterPayload, type Configuration } from 'oidc-provider';
import { type FaultProxy, startFaultProxy } from './startFaultProxy.ts';

/** A private key as a provider has it. */
export type SigningKey = JsonWebKey & { readonly kid: string };

export interface TestProvider {
  /** The provider behind a fault proxy; also its issuer. */
  readonly proxy: FaultProxy;
  /** An access token as the provider gives it to a client of its own: a JWT for atlas signed so, or an opaque one. */
  issue(options?: { alg?: string; scope?: string; opaque?: boolean }): Promise<string>;
  /** Makes an opaque token worth nothing. */
  revoke(token: string): Promise<void>;
  /** The provider goes on with other keys. */
  rotate(keys: readonly SigningKey[]): void;
  stop(): Promise<void>;
}

export const client = { id: 'a-client', secret: 'a-secret-of-the-client' };
/** The one who asks about tokens. */
export const gatewayClient = { clientId: 'sluice', clientSecret: 'a secret: of the gateway/+%' };
export const audience = 'atlas';
const scope = 'trips:read trips:write';

/** `oidc-provider` on a free port, with the keys that are given. */
export async function startProvider(keys: readonly SigningKey[]): Promise<TestProvider> {
  const stored = new Map<string, AdapterPayload>();
  let handle: ReturnType<Provider['callback']> = () => undefined as never;
  const server = createServer((asked, answer) => void handle(asked, answer));
  const url = await listen(server);
  const proxy = await startFaultProxy(() => url);
  const rotate = (next: readonly SigningKey[]): void => {
    const provider = new Provider(proxy.url, configuration(next, stored));
    provider.on('server_error', (_context, failure) => {
      throw failure;
    });
    handle = provider.callback();
  };
  rotate(keys);

  async function post(path: string, fields: Record<string, string>): Promise<Record<string, unknown>> {
    const response = await fetch(`${url}${path}`, {
      method: 'POST',
      headers: {
        host: new URL(proxy.url).host,
        authorization: `Basic ${btoa(`${client.id}:${client.secret}`)}`,
      },
      body: new URLSearchParams(fields),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${text}`);
    return text === '' ? {} : JSON.parse(text);
  }

  return {
    proxy,
    async issue({ alg = 'RS256', scope: wanted = scope, opaque = false } = {}) {
      const fields = {
        grant_type: 'client_credentials',
        scope: wanted,
        resource: `urn:${opaque ? 'opaque' : alg}`,
      };
      return String((await post('/token', fields)).access_token);
    },
    async revoke(token) {
      await post('/token/revocation', { token });
    },
    rotate,
    async stop() {
      await proxy.stop();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

function configuration(keys: readonly SigningKey[], stored: Map<string, AdapterPayload>): Configuration {
  return {
    adapter: (model) => adapterFor(model, stored),
    ttl: { ClientCredentials: 3600 },
    jwks: { keys: keys as never },
    clients: [
      {
        client_id: client.id,
        client_secret: client.secret,
        grant_types: ['client_credentials'],
        redirect_uris: [],
        response_types: [],
      },
      {
        client_id: gatewayClient.clientId,
        client_secret: gatewayClient.clientSecret,
        grant_types: [],
        redirect_uris: [],
        response_types: [],
      },
    ],
    scopes: scope.split(' '),
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      encryption: { enabled: true }, // so that it may have a key for that
      introspection: { enabled: true, allowedPolicy: async () => true },
      revocation: { enabled: true, allowedPolicy: async () => true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: async (_context, resource) => ({
          scope,
          audience,
          accessTokenTTL: 3600,
          ...(resource === 'urn:opaque'
            ? { accessTokenFormat: 'opaque' }
            : { accessTokenFormat: 'jwt', jwt: { sign: { alg: resource.slice('urn:'.length) as never } } }),
        }),
      },
    },
  };
}

/** Where the provider keeps its tokens. */
function adapterFor(model: string, stored: Map<string, AdapterPayload>): Adapter {
  const find = async (id: string) => stored.get(`${model} ${id}`);
  return {
    find,
    findByUid: find,
    findByUserCode: find,
    upsert: async (id, payload) => void stored.set(`${model} ${id}`, payload),
    destroy: async (id) => void stored.delete(`${model} ${id}`),
    consume: async () => undefined,
    revokeByGrantId: async () => undefined,
  };
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A new key of a provider; without a kind an RSA one. */
export function signingKey(
  kid: string,
  kind: 'RSA' | 'P-256' | 'P-384' | 'P-521' | 'Ed25519' = 'RSA',
): SigningKey {
  return { ...generate(kind).privateKey.export({ format: 'jwk' }), kid, use: 'sig' };
}

function generate(kind: string) {
  if (kind === 'RSA') return generateKeyPairSync('rsa', { modulusLength: 2048 });
  if (kind === 'Ed25519') return generateKeyPairSync('ed25519');
  return generateKeyPairSync('ec', { namedCurve: kind });
}
