/**
 * The assembly: every part of Sluice is built here, from the lower floors up, and handed to those that need it. Nobody else builds
 * parts, and parts never look for each other. What was built first is closed last.
 */
import { resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { createAdmin, fetchSdl } from './admin/admin.ts';
import { type Clock, systemClock } from './base/clock.ts';
import { Disposer } from './base/disposer.ts';
import {
  followListed,
  type ListedSubgraphs,
  type LoadedSettings,
  needRestart,
  type settingsSections,
} from './config/config.ts';
import { createEngine } from './execution/execution.ts';
import type { Log } from './model/log.ts';
import type { Session } from './model/session.ts';
import { createAccessLog } from './observability/observability.ts';
import { createPlanning, type Planning } from './planning/planning.ts';
import {
  createRegistry,
  createStaticSupergraph,
  type FilePublishOutcome,
  type RegistryPart,
  registryMigrations,
  type StaticSupergraph,
} from './registry/registry.ts';
import {
  createDocuments,
  createGenerations,
  createPersistedQueries,
  createPipeline,
  followSupergraph,
  type Generations,
  type Pipeline,
} from './request/request.ts';
import { createServer } from './server/server.ts';
import { openStorage } from './storage/storage.ts';
import { createUpstream } from './upstream/upstream.ts';

/** Settings, and where they came from. */
export type Loaded = LoadedSettings<typeof settingsSections>;

export interface GatewayOptions {
  /** `dev` serves GraphiQL, listens on loopback, drains at once and lets breaking publishes of listed files through. */
  readonly mode: 'serve' | 'dev';
  /** A composed supergraph to serve as it is, a file or URL; no registry then. */
  readonly supergraph?: string;
  readonly log: Log;
  readonly clock?: Clock;
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

const anonymous: Session = {
  identified: false,
  subject: null,
  consumer: null,
  scopes: new Set(),
  claims: Object.freeze(Object.create(null)),
  expiresAtMs: null,
};

/** What every part of the assembly is given. */
interface Frame extends GatewayOptions {
  readonly clock: Clock;
  readonly closing: Disposer;
  /** The settings in force; parts that can change while they run read them anew. */
  readonly live: { loaded: Loaded };
}

export async function startGateway(loaded: Loaded, options: GatewayOptions): Promise<Gateway> {
  const frame: Frame = { clock: systemClock, ...options, closing: new Disposer(), live: { loaded } };
  try {
    return await assemble(frame);
  } catch (failure) {
    await frame.closing.dispose();
    throw failure;
  }
}

async function assemble(frame: Frame): Promise<Gateway> {
  const { live, closing, clock, log } = frame;
  const { settings } = live.loaded;

  // Pools, and what is learned of subgraphs, outlive every generation.
  const upstream = createUpstream(settings.upstream, { clock, log });
  closing.add(() => upstream.close());

  // What is served: what the registry says, or a supergraph as it is.
  const registry = frame.supergraph === undefined ? await openRegistry(frame) : null;
  const source = registry ?? (await openStatic(frame));

  // One generation at a time is current; requests keep the one they began with.
  const generations = createGenerations({
    onDisposeFailed: (failure) => log.error({ err: failure }, 'a former generation could not be disposed of'),
  });
  closing.add(() => generations.close());
  const served = Promise.withResolvers<void>();
  const follower = followSupergraph({
    source,
    generations,
    log,
    maxDocuments: settings.request.maxDocuments,
    buildEngine: (supergraph) => createEngine(settings.execution, { supergraph, call: upstream.call, log }),
    onSwapped: () => served.resolve(),
  });
  closing.add(() => follower.stop());

  // The doors; opened last, so that whoever gets in finds everything in place.
  const notReady = () => (generations.current() ? null : 'no supergraph yet');
  const admin = createAdmin(settings.admin, {
    registry,
    source,
    planning: openPlanning(frame),
    fetchSdl,
    status: () => ({ ready: notReady() === null, origin: source.current() && originOf(source.state()) }),
    log,
  });
  closing.add(() => admin.close());
  const pipeline = createRequestPipeline(frame, generations);
  const server = createServer(settings.server, {
    pipeline,
    clock,
    log,
    notReady,
    development: frame.mode === 'dev',
  });
  closing.add(() => server.close());
  const listed = registry && followListedSubgraphs(frame, registry);

  await follower.started;
  const { url: adminUrl } = await admin.listen();
  const { port } = await server.listen();
  return {
    endpoint: `http://127.0.0.1:${port}${settings.server.path}`,
    adminUrl,
    ready: () => served.promise,
    reconfigure(next) {
      const restart = needRestart(live.loaded.settings, next.settings);
      live.loaded = next;
      upstream.reconfigure(next.settings.upstream);
      server.reconfigure(next.settings.server);
      listed?.reconfigure(next.settings.subgraphs);
      generations.current()?.documents.clear(); // They were judged by the former limits.
      return restart;
    },
    async stop({ delayMs = live.loaded.settings.server.drain.delay } = {}) {
      server.drain();
      if (delayMs > 0) await setTimeout(delayMs);
      await closing.dispose();
    },
  };
}

function createRequestPipeline({ live, mode, log, clock }: Frame, generations: Generations): Pipeline {
  const { settings } = live.loaded;
  const suggestions = mode === 'dev';
  return createPipeline({
    identity: { identify: async () => anonymous },
    generations,
    documents: createDocuments(
      {
        suggestions,
        get limits() {
          return live.loaded.settings.limits.operation;
        },
        get introspection() {
          return live.loaded.settings.request.introspection;
        },
      },
      { persistedQueries: createPersistedQueries(settings.request.persistedQueries) },
    ),
    recorder: settings.observability.log.access ? createAccessLog(log) : { record: () => undefined },
    clock,
    options: {
      suggestions,
      get maxBatch() {
        return live.loaded.settings.server.batch.max;
      },
    },
  });
}

async function openRegistry({ live, clock, log, closing }: Frame): Promise<RegistryPart> {
  const { settings, folder } = live.loaded;
  const dir = resolve(folder, settings.storage.dir);
  const url = settings.storage.url.replace(
    /^sqlite:(.*)$/,
    (_all, path: string) => `sqlite:${resolve(folder, path)}`,
  );
  const storage = openStorage({ url, dir }, { clock, log, migrations: [registryMigrations] });
  closing.add(() => storage.close());
  const registry = await createRegistry(settings.registry, { storage, dir, clock, log });
  closing.add(() => registry.close());
  return registry;
}

async function openStatic({
  live,
  clock,
  log,
  closing,
  supergraph: location = '',
}: Frame): Promise<StaticSupergraph> {
  const { settings, folder } = live.loaded;
  const dir = resolve(folder, settings.storage.dir);
  const source = await createStaticSupergraph(settings.registry, { location, dir, clock, log });
  closing.add(() => source.close());
  return source;
}

function openPlanning({ live, clock, closing }: Frame): Planning {
  const planning = createPlanning(live.loaded.settings.planning, { clock });
  closing.add(() => planning.close());
  return planning;
}

/** Publishes the subgraphs of supergraph.yaml at the start and when their schemas change. */
function followListedSubgraphs(
  { live, mode, clock, log, closing }: Frame,
  registry: RegistryPart,
): ListedSubgraphs {
  const { settings, folder } = live.loaded;
  const listed = followListed(settings.subgraphs, {
    folder,
    clock,
    fetchSdl: (url, { signal }) => fetchSdl(url, signal),
    onUnreadable: (name, reason) =>
      log.warn({ subgraph: name, reason }, 'the schema of a listed subgraph cannot be read'),
    async onRead(subgraphs) {
      try {
        const outcomes = await registry.publishFromFiles(subgraphs.map((one) => ({ ...one, file: one.source.replace(/^file:/, '') })), { allowBreaking: mode === 'dev' });
        for (const outcome of outcomes) reportListed(outcome, log);
        return true;
      } catch (failure) {
        log.warn({ err: failure }, 'the listed subgraphs cannot be published now; trying again');
        return false;
      }
    },
  });
  closing.add(() => listed.stop());
  return listed;
}

function reportListed({ name, result, version, error }: FilePublishOutcome, log: Log): void {
  if (error)
    log.error(
      { subgraph: name, code: error.code, reason: error.message },
      'a listed subgraph was not published',
    );
  else if (result === 'published') log.info({ subgraph: name, version }, 'published a listed subgraph');
}

function originOf({
  origin,
}: {
  origin: 'store' | 'last-good' | 'location';
}): 'store' | 'last-good' | 'file' {
  return origin === 'location' ? 'file' : origin;
}
