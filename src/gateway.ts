/**
 * The assembly: every part of Sluice is built here, from the lower floors up, and handed to those that need it. Nobody else builds
 * parts, and parts never look for each other. What was built first is closed last.
 */
import { resolve } from 'node:path';
import { createAccess } from './access/access.ts';
import { createAdmin, fetchSdl } from './admin/admin.ts';
import { type Clock, systemClock } from './base/clock.ts';
import { Disposer } from './base/disposer.ts';
import { type Random, systemRandom } from './base/random.ts';
import { type LoadedSettings, needRestart, publishListed, type settingsSections } from './config/config.ts';
import { createEngine } from './execution/execution.ts';
import { createCounters, createLimits, type LimitsParts } from './limits/limits.ts';
import type { GatewayPlugin } from './model/gatewayPlugin.ts';
import type { Log } from './model/log.ts';
import type { Session } from './model/session.ts';
import type { SupergraphSource } from './model/supergraph.ts';
import { createAccessLog } from './observability/observability.ts';
import { createPlanning, type Planning } from './planning/planning.ts';
import { createRegistry, createStaticSupergraph, registryMigrations } from './registry/registry.ts';
import * as request from './request/request.ts';
import { createServer } from './server/server.ts';
import { openStorage } from './storage/storage.ts';
import { createUpstream, type Upstream } from './upstream/upstream.ts';

/** Settings, and where they came from. */
export type Loaded = LoadedSettings<typeof settingsSections>;

type Settings = Loaded['settings'];

export interface GatewayOptions {
  /** `dev` serves GraphiQL, listens on loopback, and lets listed files break clients: there is one client, who wrote them. */
  readonly mode: 'serve' | 'dev';
  /** A composed supergraph to serve as it is, a file or URL; there is no registry then. */
  readonly supergraph?: string;
  readonly log: Log;
  readonly clock?: Clock;
  /** Tells who calls; tests bring their own callers. */
  readonly identity?: request.PipelineParts['identity'];
  readonly random?: Random;
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

/** What every part of the assembly is given. */
interface Frame extends GatewayOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly closing: Disposer;
  /** The settings in force; what can change while the gateway runs is read from here each time. */
  readonly live: { loaded: Loaded };
  /** The same for the plugins. */
  readonly plugins: { walk: request.PluginWalk };
}

/** Everything that may refuse a request or look on, in the order it is asked; the first to refuse is whom the client hears of. */
function pluginsInOrder(
  { access, limits: limitsOptions }: Settings,
  { users, ...parts }: LimitsParts & { users: readonly GatewayPlugin[] },
): readonly GatewayPlugin[] {
  const limits = createLimits(limitsOptions, parts);
  return [
    ...createAccess(access), // Costs least, and who is kept out is asked nothing else.
    ...limits.perAddress, // A flood is refused from its headers; what is refused later has counted.
    ...limits.perHeader, // After the address, or a flood would use up what others send the header with.
    ...limits.perSession, // As soon as it is known who calls, before their body is read.
    ...limits.documents, // A document costs least to judge before it is validated.
    ...limits.cost, // An operation that is too dear for everybody, before anything is taken for it.
    ...users, // Those of supergraph.yaml: behind what protects the gateway, before what is used up.
    ...limits.fields, // What subgraphs say of their fields.
    ...limits.budgets, // Last: who was refused before has used up nothing.
  ];
}

/** Counters, and users' plugins, stay as long as the process; the walk is made anew with the settings, and judges documents anew. */
async function openPlugins({ live, closing, clock, log, plugins }: Frame) {
  const { settings, folder } = live.loaded;
  const counters = closed(closing, await createCounters(settings.limits, { clock, log }));
  const users = await request.loadPlugins(settings.plugins, { folder });
  return {
    users,
    applyPlugins(next: Settings): void {
      plugins.walk = request.createPluginWalk(pluginsInOrder(next, { counters, clock, users }));
    },
  };
}

export async function startGateway(loaded: Loaded, options: GatewayOptions): Promise<Gateway> {
  const frame: Frame = {
    clock: systemClock,
    random: systemRandom,
    ...options,
    closing: new Disposer(),
    live: { loaded },
    plugins: { walk: request.createPluginWalk([]) },
  };
  try {
    return await assemble(frame);
  } catch (failure) {
    // The first failure is the one to tell; what fails because of it is for the log.
    await frame.closing
      .dispose()
      .catch((err: unknown) => options.log.warn({ err }, 'closing after a failed start'));
    throw failure;
  }
}

async function assemble(frame: Frame): Promise<Gateway> {
  const { live, closing, clock, log, mode } = frame;
  const { settings, folder } = live.loaded;

  const { users, applyPlugins } = await openPlugins(frame);
  applyPlugins(settings);

  // Pools, and what is learned of subgraphs, outlive every generation.
  const upstream = closed(closing, createUpstream(settings.upstream, { clock }));

  // What is served: what the registry says, or a supergraph as it is.
  const registry = frame.supergraph === undefined ? await openRegistry(frame) : null;
  const source = registry ?? (await openStatic(frame));

  // Plans are made in a worker, for the engines and for whoever wants to see one.
  const planning = closed(closing, createPlanning(settings.planning, { clock }));

  const documents = await openDocuments(frame);
  const busiest = closed(closing, await openBusiest(frame));
  const { generations, follower, served } = followSource(frame, {
    source,
    upstream: { ...upstream, call: request.aroundCalls(users, upstream.call) },
    planning,
    documents,
    busiest,
  });

  // The doors; opened last, so that whoever gets in finds everything in place.
  const notReady = () => (generations.current() ? null : 'no supergraph yet');
  const status = () => ({ ready: notReady() === null, origin: source.current() && source.state().origin });
  const admin = closed(
    closing,
    createAdmin(settings.admin, { registry, source, planning, fetchSdl, status, log }),
  );
  const pipeline = createPipeline(frame, { generations, documents, busiest });
  const server = closed(
    closing,
    createServer(settings.server, {
      pipeline,
      plugins: users,
      clock,
      log,
      notReady,
      development: mode === 'dev',
    }),
  );
  const listed = registry
    ? publishListed(settings.subgraphs, {
        folder,
        publish: (subgraphs) => registry.publishFromFiles(subgraphs, { allowBreaking: mode === 'dev' }),
        fetchSdl,
        clock,
        log,
      })
    : null;
  closing.add(() => listed?.stop());

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
      upstream.reconfigure(next.settings.upstream);
      server.reconfigure(next.settings.server);
      listed?.reconfigure(next.settings.subgraphs);
      applyPlugins(next.settings);
      return restart;
    },
    async stop({ delayMs = live.loaded.settings.server.drain.delay } = {}) {
      server.drain();
      if (delayMs > 0) await new Promise<void>((passed) => void clock.after(delayMs, passed));
      await closing.dispose();
    },
  };
}

/** One generation is current; requests keep the one they began with. */
function followSource({ live, closing, clock, random, log }: Frame, parts: ServingParts) {
  const { settings } = live.loaded;
  const { source, upstream, planning, documents, busiest } = parts;
  const onDisposeFailed = (err: unknown) =>
    log.error({ err }, 'a former generation could not be disposed of');
  const generations = closed(closing, request.createGenerations({ onDisposeFailed }));
  const { promise: served, resolve: onServed } = Promise.withResolvers<void>();
  const follower = request.followSupergraph({
    source,
    generations,
    documents,
    busiest,
    clock,
    log,
    maxDocuments: settings.request.maxDocuments,
    buildEngine: (supergraph) =>
      createEngine(settings.execution, {
        supergraph,
        call: upstream.call,
        identityOf: upstream.identityOf,
        planning,
        random,
        clock,
        log,
      }),
    onSwapped({ engine }) {
      upstream.keepOnly(engine.urls);
      onServed();
    },
  });
  closing.add(() => follower.stop());
  return { generations, follower, served };
}

interface ServingParts {
  readonly source: SupergraphSource;
  readonly upstream: Pick<Upstream, 'call' | 'identityOf' | 'keepOnly'>;
  readonly planning: Planning;
  readonly documents: request.Documents;
  readonly busiest: request.KeptOperations;
}

async function openDocuments(frame: Frame): Promise<request.Documents> {
  const { live, mode, plugins, closing, clock, log } = frame;
  const { settings, folder } = live.loaded;
  const persistedQueries = request.createPersistedQueries(settings.request.persistedQueries);
  const { path } = settings.request.trustedDocuments;
  const trusted =
    path === undefined
      ? null
      : closed(closing, await request.watchTrustedDocuments(path, { folder, clock, log }));
  const options = {
    plugins,
    nameRule: ruleNamer(frame),
    suggestions: mode === 'dev',
    get limits() {
      return live.loaded.settings.limits.operation;
    },
    get trustedMode() {
      return live.loaded.settings.request.trustedDocuments.mode;
    },
    get introspection() {
      return live.loaded.settings.request.introspection;
    },
  };
  return request.createDocuments(options, { persistedQueries, trusted });
}

function createPipeline(
  frame: Frame,
  parts: Pick<request.PipelineParts, 'generations' | 'documents' | 'busiest'>,
): request.Pipeline {
  const { live, mode, plugins, log, clock, identity = nobodyKnown } = frame;
  const options = {
    suggestions: mode === 'dev',
    get debugScope() {
      return live.loaded.settings.request.debugScope;
    },
    get maxBatch() {
      return live.loaded.settings.server.batch.max;
    },
  };
  const nameRule = ruleNamer(frame);
  const isLogged = live.loaded.settings.observability.log.access;
  const recorder = isLogged ? createAccessLog(log) : { record: () => undefined };
  return request.createPipeline({ ...parts, identity, plugins, recorder, clock, options, nameRule });
}

/** In dev a refusal names its rule and where that stands; other clients need not know how we are protected. */
function ruleNamer({ live, mode }: Frame): request.NameRule {
  if (mode !== 'dev') return () => null;
  return ({ setting }) => {
    const source = live.loaded.sourceOf(setting);
    const place = source.kind === 'file' ? `${source.file}:${source.line}` : source.kind;
    return `${setting}, ${place}`;
  };
}

/** What is asked most is warm before a generation serves, also after a start. */
async function openBusiest({ live, clock, log }: Frame): Promise<request.KeptOperations> {
  const { settings, folder } = live.loaded;
  const file = resolve(folder, settings.storage.dir, 'busiest-operations.json');
  return await request.createKeptOperations(file, { clock, log });
}

/** Everybody is anonymous until there is an identity provider. */
const nobodyKnown = {
  async identify(): Promise<Session> {
    return anonymous;
  },
};
const anonymous: Session = {
  identified: false,
  subject: null,
  consumer: null,
  scopes: new Set(),
  claims: Object.freeze(Object.create(null)),
  expiresAtMs: null,
};

async function openRegistry({ live, clock, log, closing }: Frame) {
  const { settings, folder } = live.loaded;
  const storage = closed(
    closing,
    openStorage(settings.storage, { folder, clock, log, migrations: [registryMigrations] }),
  );
  const dir = resolve(folder, settings.storage.dir);
  return closed(closing, await createRegistry(settings.registry, { storage, dir, clock, log }));
}

async function openStatic({ live, clock, log, closing, supergraph: location = '' }: Frame) {
  const { settings, folder } = live.loaded;
  const dir = resolve(folder, settings.storage.dir);
  return closed(closing, await createStaticSupergraph(settings.registry, { location, dir, clock, log }));
}

/** Sees to it that a part is closed at the end. */
function closed<Part extends { close(): void | Promise<void> }>(closing: Disposer, part: Part): Part {
  closing.add(() => part.close());
  return part;
}
