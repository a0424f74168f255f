/**
 * Identity: who calls. A bearer token or an API key becomes a `Session`, the same for both; what a session may do is for others to say.
 *
 *   const identity = await createIdentity(identityOptions.parse({ providers: [{ issuer, audience: 'atlas' }] }), parts);
 *   const session = await identity.identify(arrival); // { subject: 'ann', scopes: Set { 'trips:write' }, … }
 *
 * Tokens (bearerTokens.ts): a signed one is verified with its issuer's keys (provider.ts, keySet.ts), any other one by asking the
 * provider (introspection.ts). Its issuer decides whose it is, and what a token asks for in its header is never followed. API keys
 * (apiKeySessions.ts, apiKeyChanges.ts) are in the store, hashed. Both are remembered by hash, so that a request costs a look-up.
 *
 * Who shows something bad is refused with 401, whether or not something has to be shown; who shows nothing is anonymous unless
 * `required`. A provider that cannot be asked is a 503, never a way in.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../base/clock.ts';
import type { ApiKeys } from '../model/apiKeys.ts';
import type { DecisionNotes } from '../model/decision.ts';
import type { Log } from '../model/log.ts';
import type { Session } from '../model/session.ts';
import { type Storage, tablesOf } from '../storage/storage.ts';
import { createApiKeyBackup, withoutBackup } from './apiKeyBackup.ts';
import { createApiKeyChanges } from './apiKeyChanges.ts';
import { createApiKeySecret } from './apiKeySecret.ts';
import { createApiKeySessions } from './apiKeySessions.ts';
import { createApiKeyStore } from './apiKeyStore.ts';
import { createBearerTokens } from './bearerTokens.ts';
import { createDevIssuer } from './devIssuer.ts';
import { createIdentifyCaller, type Shown } from './identifyCaller.ts';
import type { IdentityOptions } from './identityOptions.ts';
import { type IdentityTables, identityMigrations } from './identityTables.ts';
import { createProviderClient } from './providerClient.ts';
import { createProviders } from './providers.ts';

export { type DevTokenWanted, devToken } from './devIssuer.ts';
export { type IdentityOptions, identityOptions } from './identityOptions.ts';
export { identityMigrations };

export interface IdentityParts {
  /** Opened with `identityMigrations`; not asked before somebody shows or changes a key. */
  readonly storage: Pick<Storage, 'kind' | 'database' | 'change'>;
  /** Where secrets are that were made here. */
  readonly dir: string;
  /** Whether tokens of the development issuer are taken, too. */
  readonly development: boolean;
  readonly clock: Clock;
  readonly log: Log;
}

export interface Identity {
  /** UNAUTHENTICATED, AUTHORIZER_UNAVAILABLE or STORE_UNAVAILABLE is thrown, or rejected with where something had to be waited for. */
  identify(shown: Shown, notes?: DecisionNotes): Session | Promise<Session>;
  readonly apiKeys: ApiKeys;
  /** From now on; providers that stay as they are keep their keys. */
  reconfigure(options: IdentityOptions): void;
  close(): Promise<void>;
}

export async function createIdentity(initial: IdentityOptions, parts: IdentityParts): Promise<Identity> {
  const { storage, dir, development, clock, log } = parts;
  const client = createProviderClient();
  const devIssuer = development ? await createDevIssuer({ dir, clock }) : null;
  const providers = createProviders({ client, clock, log });
  let options = initial;

  const store = createApiKeyStore(tablesOf<IdentityTables>(storage, identityMigrations));
  const apiKeySecret = createApiKeySecret(dir);
  const keyedHash = () => apiKeySecret.hash(options.apiKeys.secret);
  const isShared = storage.kind === 'postgres';
  const backup = isShared ? withoutBackup : createApiKeyBackup({ store, dir, log });
  const keyParts = { store, keyedHash, backup, clock, log };
  const keys = createApiKeySessions({ ...keyParts, maxSessions: initial.maxSessions });
  const isSecretKnownToAll = () => !isShared || options.apiKeys.secret !== undefined;
  const apiKeys = createApiKeyChanges({ ...keyParts, isSecretKnownToAll, onChanged: keys.forget });

  function identifyBy({ required, maxSessions, ...next }: IdentityOptions) {
    const listed = providers.use(next.providers, next.jwksRefresh);
    const used = devIssuer && next.devIssuer ? [...listed, devIssuer] : listed;
    return createIdentifyCaller({
      tokens: used.length > 0 ? createBearerTokens({ providers: used, maxSessions, clock }) : null,
      keys: next.apiKeys.enabled ? keys : null,
      required,
    });
  }

  let identify = identifyBy(options);
  return {
    identify: (shown, notes) => identify(shown, notes),
    apiKeys,
    reconfigure(next) {
      if (isDeepStrictEqual(next, options)) return;
      options = next;
      keys.forget();
      identify = identifyBy(next);
    },
    async close() {
      keys.close();
      providers.close();
      await client.close();
    },
  };
}
