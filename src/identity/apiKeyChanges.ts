import type { Clock } from '../base/clock.ts';
import { SluiceError } from '../base/errors.ts';
import type { ApiKeys, Consumer, NewApiKey } from '../model/apiKeys.ts';
import type { Log } from '../model/log.ts';
import type { ApiKeyBackup } from './apiKeyBackup.ts';
import type { ApiKeyStore } from './apiKeyStore.ts';
import type { KeyedHash } from './keyedHash.ts';
import { newApiKey } from './newApiKey.ts';

interface ApiKeyChangesParts {
  readonly store: ApiKeyStore;
  readonly keyedHash: () => Promise<KeyedHash>;
  readonly backup: ApiKeyBackup;
  /** Whether all gateways on the store have the secret that keys are hashed with. */
  readonly isSecretKnownToAll: () => boolean;
  /** Called after each change. */
  readonly onChanged: () => void;
  readonly clock: Clock;
  readonly log: Log;
}

/** The one in use and the one that takes its place: more would be keys nobody looks after. */
const maxLiveKeys = 2;
const maxLifetimeMs = 10 * 365 * 86_400_000;
const consumerName = /^[\w@:+/.-]{1,100}$/;
const plan = /^[\w:./-]{1,100}$/;
/** RFC 6749, appendix A.4. */
const scope = /^[\x21\x23-\x5b\x5d-\x7e]{1,200}$/;
const maxScopes = 100;

/** What people do with keys and consumers; each change is one transaction and one line in the log, which holds no key. */
export function createApiKeyChanges(parts: ApiKeyChangesParts): ApiKeys {
  const { store, keyedHash, backup, isSecretKnownToAll, onChanged, clock, log } = parts;

  /** Makes a change and gives the consumer as it is then. */
  async function change(
    name: string,
    told: { readonly author: string; readonly done: string; readonly id?: string | undefined },
    work: (changing: ApiKeyStore, nowMs: number) => Promise<void>,
  ): Promise<Consumer> {
    await backup.restore();
    const nowMs = clock.wallMs();
    const changed = await store.change(async (changing) => {
      await work(changing, nowMs);
      return consumerIn(changing, name, nowMs);
    });
    onChanged();
    const { done, ...who } = told;
    log.info({ consumer: name, ...who }, done);
    await backup.keep();
    return changed;
  }

  return {
    async create(wanted) {
      checkWanted(wanted);
      const { key, id } = newApiKey();
      const { secretName, hashOf } = await keyedHash();
      const { consumer: name, author, lifetimeMs } = wanted;
      const told = { author, id, done: 'An API key was created' };
      const consumer = await change(name, told, async (changing, nowMs) => {
        const before = await changing.consumer(name, nowMs);
        refuseThird(before);
        const { plan = before?.plan ?? null, scopes = before?.scopes ?? [] } = wanted;
        await changing.putConsumer({ name, plan, scopes });
        await changing.addKey({
          id,
          consumer: name,
          hash: hashOf(key),
          secret_name: secretName,
          author,
          created_at_ms: nowMs,
          expires_at_ms: lifetimeMs === undefined ? null : nowMs + lifetimeMs,
          revoked_at_ms: null,
        });
      });
      if (!isSecretKnownToAll())
        log.warn(
          { consumer: name, id },
          'Other gateways on this store cannot verify this API key: set identity.apiKeys.secret to the same everywhere',
        );
      return { key, id, consumer };
    },
    async consumers() {
      await backup.restore();
      return store.consumers(clock.wallMs());
    },
    suspend: (name, { author }) =>
      change(name, { author, done: 'A consumer was suspended' }, (changing, nowMs) =>
        changing.setSuspended(name, nowMs),
      ),
    resume: (name, { author }) =>
      change(name, { author, done: 'A consumer was resumed' }, (changing) =>
        changing.setSuspended(name, null),
      ),
    revoke: (name, { id, author }) =>
      change(name, { author, id, done: 'API keys were revoked' }, async (changing, nowMs) => {
        const met = await changing.revoke(name, id ?? null, nowMs);
        if (id !== undefined && met === 0)
          throw new SluiceError(
            'NOT_FOUND',
            'This consumer has no key of this id, or there is no such consumer.',
          );
      }),
  };
}

async function consumerIn(store: ApiKeyStore, name: string, nowMs: number): Promise<Consumer> {
  const found = await store.consumer(name, nowMs);
  if (found) return found;
  throw new SluiceError('NOT_FOUND', `There is no consumer ${JSON.stringify(name.slice(0, 100))}.`);
}

function refuseThird(consumer: Consumer | null): void {
  const live = consumer?.keys.filter(({ state }) => state === 'active') ?? [];
  if (!consumer || live.length < maxLiveKeys) return;
  throw badInput(
    `The consumer ${consumer.name} has ${live.length} live keys (${live.map(({ id }) => id).join(', ')}); ${maxLiveKeys} are allowed: revoke one first.`,
  );
}

function checkWanted({ consumer, plan: wantedPlan, scopes = [], lifetimeMs }: NewApiKey): void {
  if (!consumerName.test(consumer))
    throw badInput('The name of a consumer is 1 to 100 letters, digits or _ @ : + / . -.');
  if (wantedPlan !== undefined && !plan.test(wantedPlan))
    throw badInput('A plan is 1 to 100 letters, digits or _ : . / -.');
  if (scopes.length > maxScopes || !scopes.every((each) => scope.test(each)))
    throw badInput(
      `Scopes are at most ${maxScopes}, of 1 to 200 printable characters without spaces or quotes.`,
    );
  if (lifetimeMs !== undefined && !(lifetimeMs >= 1000 && lifetimeMs <= maxLifetimeMs))
    throw badInput('A key may live from a second to ten years.');
}

function badInput(message: string): SluiceError {
  return new SluiceError('BAD_USER_INPUT', message);
}
