/**
 * The assembly: every part of Sluice is built here (the store and what is read from it in assembly/openSource.ts), from the lower floors
 * up, and handed to those that need it. Nobody else builds parts, and parts never look for each other. What was built first is closed
 * last.
 */
import { join } from 'node:path';
import { createAccess } from './access/access.ts';
import { adminMigrations, createAdmin, fetchSdl } from './admin/admin.ts';
import { type Analytics, createAnalytics } from './analytics/analytics.ts';
import {
  type Assembly,
  type AssemblyOptions,
  createAssembly,
  createLiveOptions,
  type Loaded,
  type Observability,
  openObservability,
  openSource,
  placedIdentity,
  quotasOfConsumers,
  recordAll,
  ruleNamer,
} from './assembly/assembly.ts';
import { type Authorization, createAuthorization } from './authorization/authorization.ts';
import { type Billing, createBilling, planLimits } from './billing/billing.ts';
import { listedInstances, needRestart, publishListed } from './config/config.ts';
import { createEngine } from './execution/execution.ts';
import { createExplain, type Explain } from './explain/explain.ts';
import { createIdentity, identityMigrations } from './identity/identity.ts';
import { createCounters, createLimits, createLoad, type Limits, measureOperation } from './limits/limits.ts';
import type { GatewayPlugin } from './model/gatewayPlugin.ts';
import type { CallSubgraph } from './model/subgraphCall.ts';
import type { SupergraphSource } from './model/supergraph.ts';
import { createPlanning, type Planning } from './planning/planning.ts';
import { createInstanceLeases, registryMigrations } from './registry/registry.ts';
import * as request from './request/request.ts';
import { createServer } from './server/server.ts';
import { openStorage, type Storage } from './storage/storage.ts';
import { createUpstream, type InstancesBySubgraph, type Upstream } from './upstream/upstream.ts';

export type { Loaded } from './assembly/assembly.ts';

export interface GatewayOptions extends AssemblyOptions {
  /** A composed supergraph to serve as it is, a file or URL; there is no registry then. */
  readonly supergraph?: string;
  /** Tells who calls, in the place of what the settings say; tests bring their own callers. */
  readonly identity?: request.PipelineParts['identity'];
}

export interface Gateway {
  /** Where operations are sent. */
  readonly endpoint: string;
  /** Where the admin API is, without a path. */
  readonly adminUrl: string;
  /** Resolves when the first supergraph is served. */
  ready(): Promise<void>;
  /** Applies new settings; gives the names of those that need a restart. */
  reconfigure(next: Loaded): readonly string[];
  /** Says not ready, serves for `delayMs` longer, lets requests in flight finish, closes everything. */
  stop(options?: { delayMs?: number }): Promise<void>;
}

export async function startGateway(loaded: Loaded, options: GatewayOptions): Promise<Gateway> {
  const { supergraph, identity, ...means } = options;
  const assembly = createAssembly(loaded, means);
  try {
    return await assemble(assembly, { supergraph, identity });
  } catch (failure) {
    // The first failure is the one to tell; what fails because of it is for the log.
    await assembly.close().catch((err: unknown) => options.log.warn({ err }, 'closing after a failed start'));
    throw failure;
  }
}

/** Everything that may refuse a request or look on, in the order it is asked; the first to refuse is whom the client hears of. */
function pluginsInOrder(
  { access }: Loaded['settings'],
  { limits, users }: { limits: Limits; users: readonly GatewayPlugin[] },
): readonly GatewayPlugin[] {
  return [
    ...createAccess(access), // Costs least, and who is kept out is asked nothing else.
    ...limits.overload, // Before anybody is counted or asked: refusing costs, too.
    ...limits.perAddress, // A flood is refused from its headers; what is refused later has counted.
    ...limits.perHeader, // After the address, or a flood would use up what others send the header with.
    ...limits.perSession, // As soon as it is known who calls, before their body is read.
    ...limits.documents, // A document costs least to judge before it is validated.
    ...limits.facts, // What an operation costs is known of those that are refused for it, too.
    ...limits.cost, // An operation that is too dear for everybody, before anything is taken for it.
    ...users, // Those of supergraph.yaml: behind what protects the gateway, before what is used up.
    ...limits.fields, // What subgraphs say of their fields.
    ...limits.budgets, // Last: who was refused before has used up nothing.
  ];
}

/** Counters, and users' plugins, stay as long as the process; the rest is made anew with the settings, and judges documents anew. */
async function openPlugins({ live, clock, random, log, closed }: Assembly) {
  const { settings, folder } = live.loaded;
  const counters = closed(await createCounters(settings.limits, { clock, log }));
  const load = closed(createLoad({ clock }));
  const users = await request.loadPlugins(settings.plugins, { folder });
  const judgesOf = (next: Loaded['settings']) => {
    const plans = planLimits(next.billing);
    const counting = { counters, load, random, clock, plans, countCost: plans.length > 0 };
    const limits = createLimits(next.limits, counting);
    return { limits, walk: request.createPluginWalk(pluginsInOrder(next, { limits, users })) };
  };
  return { users, judgesOf, plugins: judgesOf(settings) };
}

async function assemble(
  assembly: Assembly,
  given: { [Name in 'supergraph' | 'identity']: GatewayOptions[Name] | undefined },
): Promise<Gateway> {
  const { live, mode, clock, log, closed } = assembly;
  const { settings, folder } = live.loaded;
  const development = mode === 'dev';
  const options = createLiveOptions(() => live.loaded.settings, { suggestions: development });

  const { users, plugins, judgesOf } = await openPlugins(assembly);
  const judging = { plugins, nameRule: ruleNamer(assembly) };

  // What the operator sees of it: the log's level, metrics, traces.
  const observability = await openObservability(assembly);
  const { onOpen, ownHeaders, recorders } = observability;

  // Pools, and what is learned of subgraphs, outlive every generation.
  const upstream = openUpstream(assembly, ownHeaders);
  const kept = await openKept(assembly, { location: given.supergraph, upstream });
  const { identity, analytics, billing, explain, source } = kept;

  // Plans are made in a worker, for the engines and for whoever wants to see one.
  const planning = closed(createPlanning(settings.planning, { clock }));

  // What sessions may see is decided in one place, for every generation: its policies are a module that is loaded once.
  const judgment = { folder, suggestions: development, clock, log };
  const authorization = await createAuthorization({ options: options.authorization, ...judgment });

  // The way of a request.
  const persistedQueries = request.createPersistedQueries(settings.request.persistedQueries);
  const trusted = await openTrusted(assembly);
  const documents = request.createDocuments(options.documents(judging), { persistedQueries, trusted });
  const call = request.aroundCalls(users, upstream.call);
  const means = { source, upstream, call, planning, authorization, documents };
  const { generations, busiest, follower, served } = await openGenerations(assembly, means);
  const pipeline = request.createPipeline({
    ...judging,
    identity: placedIdentity(given.identity ?? identity, billing),
    generations,
    documents,
    busiest,
    recorder: recordAll([...recorders, analytics, billing, explain]),
    onOpen,
    clock,
    options: options.pipeline,
  });

  // The doors; opened last, so that whoever gets in finds everything in place.
  const offered = { ...offeredOf(kept, { plugins, upstream }), planning };
  const doorParts = { pipeline, users, generations, observability, ...offered };
  const { admin, server, listed } = await createDoors(assembly, doorParts);

  await follower.started;
  const { url: adminUrl } = await admin.listen();
  const { port } = await server.listen();
  return {
    endpoint: `http://127.0.0.1:${port}${settings.server.path}`,
    adminUrl,
    ready: () => served,
    reconfigure(next) {
      const restart = needRestart(live.loaded.settings, next.settings);
      live.loaded = next;
      identity.reconfigure(next.settings.identity);
      upstream.reconfigure(next.settings.upstream);
      observability.reconfigure();
      upstream.setInstances('listed', listedInstances(next.settings.subgraphs));
      server.reconfigure(next.settings.server);
      admin.reconfigure(next.settings.admin);
      listed?.reconfigure(next.settings.subgraphs);
      billing.reconfigure(next.settings.billing);
      Object.assign(plugins, judgesOf(next.settings));
      return restart;
    },
    async stop({ delayMs = live.loaded.settings.server.drain.delay } = {}) {
      server.drain();
      if (delayMs > 0) await new Promise<void>((passed) => void clock.after(delayMs, passed));
      await assembly.close();
    },
  };
}

/** Where subgraphs are is listed in supergraph.yaml, besides what the registry and leases say. */
function openUpstream(
  { live, clock, random, log, closed }: Assembly,
  ownHeaders: readonly string[],
): Upstream {
  const { upstream: options, subgraphs } = live.loaded.settings;
  const upstream = closed(createUpstream(options, { clock, random, log, ownHeaders }));
  upstream.setInstances('listed', listedInstances(subgraphs));
  return upstream;
}

/** What of it operators may ask for. */
function offeredOf(
  { identity, explain, billing, analytics, ...kept }: Awaited<ReturnType<typeof openKept>>,
  { plugins, upstream }: { plugins: { limits: Limits }; upstream: Upstream },
) {
  const { registry, source, storage, leases } = kept;
  const { apiKeys } = identity;
  const { explanations } = explain;
  const { invoices } = billing;
  const { usage } = analytics;
  const quotasOf = quotasOfConsumers({ plugins, billing });
  const shown = { usage, explanations, invoices, quotasOf, leases, upstreamStats: upstream.stats };
  return { registry, source, storage, apiKeys, ...shown };
}

/** What is kept in the store: who may call, what was asked, what is served. */
async function openKept(
  { live, mode, dir, clock, random, log, closed }: Assembly,
  { location, upstream }: { location: string | undefined; upstream: Pick<Upstream, 'setInstances'> },
) {
  const { settings, folder } = live.loaded;
  // The store is opened by the first who needs it; identity reads the keys of its providers from now on.
  const migrations = [registryMigrations, identityMigrations, adminMigrations];
  const storage = closed(openStorage(settings.storage, { folder, clock, log, migrations }));
  const kept = { storage, dir, clock, log };
  const development = mode === 'dev';
  const identity = closed(await createIdentity(settings.identity, { ...kept, development }));

  // What is asked is counted from the first request on, and tells the registry what a change would break.
  const counting = { storage: settings.storage, folder, dir, clock, log, measure: measureOperation };
  const analytics = closed(createAnalytics(settings.analytics, counting));

  // What consumers owe is written down as it is asked; who has a key is on its plan, whether it asks anything or not.
  const { region } = settings.analytics;
  const knownConsumers = () => identity.apiKeys.consumers();
  const billing = closed(createBilling(settings.billing, { ...counting, region, knownConsumers }));

  // Why a request got its answer is kept for some of them.
  const explain = closed(createExplain(settings.explain, { ...counting, random }));
  const told = { ...kept, location, recentUse: analytics.usage, closed };
  const opened = await openSource(settings.registry, told);

  // Instances that register themselves; without a registry there is nobody to register with.
  const onChange = (instances: InstancesBySubgraph) => upstream.setInstances('leased', instances);
  const looking = { storage, intervalMs: settings.registry.poll, clock, log, onChange };
  const leases = opened.registry && closed(createInstanceLeases(looking));
  return { identity, analytics, billing, explain, storage, leases, ...opened };
}

/** Null where none are trusted more than others. */
async function openTrusted({ live, clock, log, closed }: Assembly) {
  const { settings, folder } = live.loaded;
  const { path } = settings.request.trustedDocuments;
  return path === undefined
    ? null
    : closed(await request.watchTrustedDocuments(path, { folder, clock, log }));
}

/** Where requests, operators and listed subgraphs come in. */
async function createDoors(assembly: Assembly, parts: DoorParts) {
  const { live, mode, clock, log, closed, atEnd } = assembly;
  const { settings, folder } = live.loaded;
  const development = mode === 'dev';
  const { pipeline, users, generations, registry, source, planning, usage, upstreamStats, observability } =
    parts;
  const notReady = () => (generations.current() ? null : 'no supergraph yet');
  const status = () => ({ ready: notReady() === null, origin: source.current() && source.state().origin });
  const schema = () => generations.current()?.schema ?? null;
  const metrics = await observability.measure({ upstreamStats, planning, generations, usage, status });
  const means = { fetchSdl, status, schema, metrics, logLevel: observability.logLevel, clock, log };
  const admin = closed(createAdmin(settings.admin, { ...parts, ...means }));
  const server = closed(
    createServer(settings.server, { pipeline, plugins: users, clock, log, notReady, development }),
  );
  const listed =
    registry &&
    publishListed(settings.subgraphs, {
      folder,
      fetchSdl,
      clock,
      log,
      publish: (subgraphs) => registry.publishFromFiles(subgraphs, { allowBreaking: development }),
    });
  atEnd(() => listed?.stop());
  return { admin, server, listed };
}

interface DoorParts extends Awaited<ReturnType<typeof openSource>> {
  readonly leases: Parameters<typeof createAdmin>[1]['leases'];
  readonly upstreamStats: Upstream['stats'];
  readonly pipeline: request.Pipeline;
  readonly users: readonly GatewayPlugin[];
  readonly generations: request.Generations;
  readonly planning: Planning;
  readonly apiKeys: Parameters<typeof createAdmin>[1]['apiKeys'];
  readonly usage: Analytics['usage'];
  readonly observability: Observability;
  readonly storage: Storage;
  readonly invoices: Billing['invoices'];
  readonly quotasOf: ReturnType<typeof quotasOfConsumers>;
  readonly explanations: Explain['explanations'];
}

/** One generation is current; requests keep the one they began with. What is asked most is warm before it serves. */
async function openGenerations(assembly: Assembly, parts: GenerationParts) {
  const { live, dir, clock, random, log, closed, atEnd } = assembly;
  const { settings } = live.loaded;
  const { source, upstream, call, planning, authorization, documents } = parts;
  const kept = join(dir, 'busiest-operations.json');
  const busiest = closed(await request.createKeptOperations(kept, { clock, log }));
  const onDisposeFailed = (err: unknown) =>
    log.error({ err }, 'a former generation could not be disposed of');
  const generations = closed(request.createGenerations({ onDisposeFailed }));
  const { promise: served, resolve: onServed } = Promise.withResolvers<void>();
  const { maxDocuments } = settings.request;
  const { identityOf } = upstream;
  const { fallbacks } = upstream;
  const means = { call, identityOf, fallbacks, planning, random, clock, log };
  const follower = request.followSupergraph({
    source,
    generations,
    authorization,
    documents,
    busiest,
    clock,
    log,
    maxDocuments,
    buildEngine: (supergraph) => createEngine(settings.execution, { supergraph, ...means }),
    onSwapped({ engine }) {
      upstream.keepOnly(engine.urls);
      onServed();
    },
  });
  atEnd(() => follower.stop());
  return { generations, busiest, follower, served };
}

interface GenerationParts {
  readonly source: SupergraphSource;
  readonly upstream: Pick<Upstream, 'identityOf' | 'fallbacks' | 'keepOnly'>;
  readonly call: CallSubgraph;
  readonly planning: Planning;
  readonly authorization: Authorization;
  readonly documents: request.Documents;
}
