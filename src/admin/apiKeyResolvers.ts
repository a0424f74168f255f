import { SluiceError } from '../base/errors.ts';
import type { Invoices } from '../billing/billing.ts';
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
export function createApiKeyResolvers(apiKeys: ApiKeys, { planNames }: Pick<Invoices, 'planNames'>) {
  return {
    async consumers({ name }: { name?: string | null }) {
      const all = await apiKeys.consumers();
      return all.filter((each) => typeof name !== 'string' || each.name === name).map(shownConsumer);
    },

    async createKey(
      { consumer, plan, scopes, lifetimeSeconds, author }: CreateArguments,
      caller: AdminCaller,
    ) {
      refuseUnknown(plan ?? null, planNames());
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

/** Where there are plans, a consumer on another one would pay nothing. */
function refuseUnknown(plan: string | null, names: readonly string[]): void {
  if (plan === null || names.length === 0 || names.includes(plan)) return;
  const found = JSON.stringify(plan.slice(0, 100));
  throw new SluiceError(
    'BAD_USER_INPUT',
    `The plan ${found} is none of billing.plans; allowed: ${names.join(', ')}.`,
  );
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
