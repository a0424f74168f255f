import type { Clock } from '../base/clock.ts';
import { SluiceError } from '../base/errors.ts';
import type { ApiKeys, Consumer, NewApiKey } from '../model/apiKeys.ts';
import type { Log } from '../model/log.ts';
import type { ApiKeyStore } from './apiKeyStore.ts';
import type { KeyedHash } from './keyedHash.ts';
import { newApiKey } from './newApiKey.ts';

interface ApiKeyChangesParts {
  readonly store: ApiKeyStore;
  readonly keyedHash: () => Promise<KeyedHash>;
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
export function createApiKeyChanges({
  store,
  keyedHash,
  onChanged,
  clock,
  log,
}: ApiKeyChangesParts): ApiKeys {
  async function change(
    name: string,
    { author, done }: { author: string; done: string },
    work: (changing: ApiKeyStore, before: Consumer, nowMs: number) => Promise<void>,
  ): Promise<Consumer> {
    const nowMs = clock.wallMs();
    const changed = await store.change(async (changing) => {
      await work(changing, await consumerIn(changing, name, nowMs), nowMs);
      return consumerIn(changing, name, nowMs);
    });
    onChanged();
    log.info({ consumer: name, author }, done);
    return changed;
  }

  return {
    async create(wanted) {
      checkWanted(wanted);
      const { key, id } = newApiKey();
      const { secretName, hashOf } = await keyedHash();
      const nowMs = clock.wallMs();
      const { consumer: name, author, lifetimeMs } = wanted;
      const consumer = await store.change(async (changing) => {
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
        return consumerIn(changing, name, nowMs);
      });
      onChanged();
      log.info({ consumer: name, id, author }, 'An API key was created');
      return { key, id, consumer };
    },
    consumers: () => store.consumers(clock.wallMs()),
    suspend: (name, { author }) =>
      change(name, { author, done: 'A consumer was suspended' }, (changing, _before, nowMs) =>
        changing.setSuspended(name, nowMs),
      ),
    resume: (name, { author }) =>
      change(name, { author, done: 'A consumer was resumed' }, (changing) =>
        changing.setSuspended(name, null),
      ),
    revoke: (name, { id = null, author }) =>
      change(name, { author, done: 'API keys were revoked' }, async (changing, _before, nowMs) => {
        const met = await changing.revoke(name, id, nowMs);
        if (id !== null && met === 0)
          throw new SluiceError('NOT_FOUND', `The consumer ${name} has no key of this id.`);
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
