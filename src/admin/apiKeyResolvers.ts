import type { ApiKey, ApiKeys, Consumer } from '../model/apiKeys.ts';
import type { AdminCaller } from './adminCaller.ts';
import { authorOf } from './authorOf.ts';
import { isoTime } from './isoTime.ts';

interface Asked {
  readonly author?: string | null;
}

interface CreateArguments extends Asked {
  readonly consumer: string;
  readonly plan?: string | null;
  readonly scopes?: readonly string[] | null;
  readonly lifetimeSeconds?: number | null;
}

/** The root fields about consumers and their keys. */
export function createApiKeyResolvers(apiKeys: ApiKeys) {
  return {
    async consumers({ name }: { name?: string | null }) {
      const all = await apiKeys.consumers();
      return all.filter((each) => typeof name !== 'string' || each.name === name).map(shownConsumer);
    },

    async createKey(
      { consumer, plan, scopes, lifetimeSeconds, author }: CreateArguments,
      caller: AdminCaller,
    ) {
      const created = await apiKeys.create({
        consumer,
        plan: plan ?? undefined,
        scopes: scopes ?? undefined,
        lifetimeMs: typeof lifetimeSeconds === 'number' ? lifetimeSeconds * 1000 : undefined,
        author: authorOf(author, caller),
      });
      return { ...created, consumer: shownConsumer(created.consumer) };
    },

    async suspendConsumer({ name, author }: Asked & { name: string }, caller: AdminCaller) {
      return shownConsumer(await apiKeys.suspend(name, { author: authorOf(author, caller) }));
    },

    async resumeConsumer({ name, author }: Asked & { name: string }, caller: AdminCaller) {
      return shownConsumer(await apiKeys.resume(name, { author: authorOf(author, caller) }));
    },

    async revokeKeys(
      { consumer, id, author }: Asked & { consumer: string; id?: string | null },
      caller: AdminCaller,
    ) {
      const by = { id: id ?? undefined, author: authorOf(author, caller) };
      return shownConsumer(await apiKeys.revoke(consumer, by));
    },
  };
}

function shownConsumer(consumer: Consumer) {
  return { ...consumer, keys: consumer.keys.map(shownKey) };
}

function shownKey({ id, state, author, createdAtMs, expiresAtMs }: ApiKey) {
  return {
    id,
    state: state.toUpperCase(),
    author,
    createdAt: isoTime(createdAtMs),
    expiresAt: expiresAtMs === null ? null : isoTime(expiresAtMs),
  };
}
