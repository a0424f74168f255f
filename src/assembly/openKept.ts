import { adminMigrations, createLiveFeed } from '../admin/admin.ts';
import { createAnalytics } from '../analytics/analytics.ts';
import { createBilling } from '../billing/billing.ts';
import { createExplain } from '../explain/explain.ts';
import { createIdentity, identityMigrations } from '../identity/identity.ts';
import { measureOperation } from '../limits/limits.ts';
import { createInstanceLeases, registryMigrations } from '../registry/registry.ts';
import { createStoreThread, openStorage } from '../storage/storage.ts';
import type { InstancesBySubgraph, Upstream } from '../upstream/upstream.ts';
import type { Assembly } from './assemblyOptions.ts';
import { openSource } from './openSource.ts';

export interface KeptParts {
  /** The file or URL of a supergraph to serve as it is; there is no registry then. */
  readonly location: string | undefined;
  readonly upstream: Pick<Upstream, 'setInstances' | 'stats'>;
}

/** What is kept in the store: who may call, what was asked, what is served. */
export async function openKept(
  { live, mode, dir, clock, random, log, startThread, closed }: Assembly,
  { location, upstream }: KeptParts,
) {
  const { settings, folder } = live.loaded;
  // The store is opened by the first who needs it; identity reads the keys of its providers from now on.
  const migrations = [registryMigrations, identityMigrations, adminMigrations];
  const storage = closed(openStorage(settings.storage, { folder, clock, log, migrations }));
  const kept = { storage, dir, clock, log };
  const development = mode === 'dev';
  const identity = closed(await createIdentity(settings.identity, { ...kept, development }));

  // What is asked is counted from the first request on, and tells the registry what a change would break.
  const storeThread = createStoreThread({ log, startThread });
  const measure = measureOperation;
  const counting = { storage: settings.storage, storeThread, folder, dir, clock, log, measure };
  const analytics = closed(createAnalytics(settings.analytics, counting));

  // What consumers owe is written down as it is asked; who has a key is on its plan, whether it asks anything or not.
  const { region } = settings.analytics;
  const knownConsumers = () => identity.apiKeys.consumers();
  const billing = closed(createBilling(settings.billing, { ...counting, region, knownConsumers }));

  // Why a request got its answer is kept for some of them.
  const explain = closed(createExplain(settings.explain, { ...counting, random }));
  const told = { ...kept, location, recentUse: analytics.usage, closed, startThread };
  const opened = await openSource(settings.registry, told);

  // Instances that register themselves; without a registry there is nobody to register with.
  const onChange = (instances: InstancesBySubgraph) => upstream.setInstances('leased', instances);
  const looking = { storage, intervalMs: settings.registry.poll, clock, log, onChange };
  const leases = opened.registry && closed(createInstanceLeases(looking));
  const { usage } = analytics;
  const { invoices } = billing;
  const { explanations } = explain;
  // What operators watch as it happens; kept only while they do.
  const feed = closed(createLiveFeed({ upstreamStats: upstream.stats, clock }));
  const offered = { storage, leases, apiKeys: identity.apiKeys, usage, invoices, explanations, feed };
  return { identity, analytics, billing, explain, ...opened, offered };
}
