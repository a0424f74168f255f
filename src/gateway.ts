/**
 * The assembly: every part of Sluice is built here (the store and what is read from it in assembly/openSource.ts), from the lower floors
 * up, and handed to those that need it. Nobody else builds parts, and parts never look for each other. What was built first is closed
 * last.
 */
import { join } from 'node:path';
import { createAdmin, fetchSdl } from './admin/admin.ts';
import {
  type Assembly,
  type AssemblyOptions,
  createAssembly,
  createLiveOptions,
  type LiveOptions,
  type Loaded,
  openSource,
} from './assembly/assembly.ts';
import { needRestart, publishListed } from './config/config.ts';
import { createEngine } from './execution/execution.ts';
import { createIdentity, identityMigrations } from './identity/identity.ts';
import type { SupergraphSource } from './model/supergraph.ts';
import { createAccessLog } from './observability/observability.ts';
import { createPlanning, type Planning } from './planning/planning.ts';
import { registryMigrations } from './registry/registry.ts';
import * as request from './request/request.ts';
import { createServer } from './server/server.ts';
import { openStorage } from './storage/storage.ts';
import { createUpstream, type Upstream } from './upstream/upstream.ts';

export type { Loaded } from './assembly/assembly.ts';

export interface GatewayOptions extends AssemblyOptions {
  /** A composed supergraph to serve as it is, a file or URL; there is no registry then. */
  readonly supergraph?: string;
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
  const { supergraph, ...means } = options;
  const assembly = createAssembly(loaded, means);
  try {
    return await assemble(assembly, supergraph);
  } catch (failure) {
    // The first failure is the one to tell; what fails because of it is for the log.
    await assembly.close().catch((err: unknown) => options.log.warn({ err }, 'closing after a failed start'));
    throw failure;
  }
}

async function assemble(assembly: Assembly, supergraph: string | undefined): Promise<Gateway> {
  const { live, mode, clock, log, closed, atEnd } = assembly;
  const { settings, folder } = live.loaded;
  const development = mode === 'dev';
  const options = createLiveOptions(() => live.loaded.settings, { suggestions: development });

  // Pools, and what is learned of subgraphs, outlive every generation.
  const upstream = closed(createUpstream(settings.upstream, { clock }));

  // The store is opened by the first who needs it; identity reads the keys of its providers from now on.
  const migrations = [registryMigrations, identityMigrations];
  const storage = closed(openStorage(settings.storage, { folder, clock, log, migrations }));
  const kept = { storage, dir: assembly.dir, clock, log };
  const identity = closed(await createIdentity(settings.identity, { ...kept, development }));
  const { source, registry } = await openSource(settings.registry, { ...kept, location: supergraph, closed });

  // Plans are made in a worker, for the engines and for whoever wants to see one.
  const planning = closed(createPlanning(settings.planning, { clock }));

  const serving = await openGenerations(assembly, { source, upstream, planning, options });
  const { generations, follower, served } = serving;

  // The way of a request.
  const recorder = settings.observability.log.access ? createAccessLog(log) : { record: () => undefined };
  const means = { identity, recorder, clock, options: options.pipeline };
  const pipeline = request.createPipeline({ ...serving, ...means });

  // The doors; opened last, so that whoever gets in finds everything in place.
  const notReady = () => (generations.current() ? null : 'no supergraph yet');
  const status = () => ({ ready: notReady() === null, origin: source.current() && source.state().origin });
  const { apiKeys } = identity;
  const admin = closed(
    createAdmin(settings.admin, { registry, source, planning, apiKeys, fetchSdl, status, log }),
  );
  const server = closed(createServer(settings.server, { pipeline, clock, log, notReady, development }));
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
      server.reconfigure(next.settings.server);
      listed?.reconfigure(next.settings.subgraphs);
      generations.current()?.documents.clear(); // They were judged by the former limits.
      return restart;
    },
    async stop({ delayMs = live.loaded.settings.server.drain.delay } = {}) {
      server.drain();
      if (delayMs > 0) await new Promise<void>((passed) => void clock.after(delayMs, passed));
      await assembly.close();
    },
  };
}

/** One generation is current; requests keep the one they began with. What is asked most is warm before it serves. */
async function openGenerations(assembly: Assembly, parts: GenerationParts) {
  const { live, dir, clock, random, log, closed, atEnd } = assembly;
  const { settings } = live.loaded;
  const { source, upstream, planning, options } = parts;
  const persistedQueries = request.createPersistedQueries(settings.request.persistedQueries);
  const documents = request.createDocuments(options.documents, { persistedQueries });
  const kept = join(dir, 'busiest-operations.json');
  const busiest = closed(await request.createKeptOperations(kept, { clock, log }));
  const onDisposeFailed = (err: unknown) =>
    log.error({ err }, 'a former generation could not be disposed of');
  const generations = closed(request.createGenerations({ onDisposeFailed }));
  const { promise: served, resolve: onServed } = Promise.withResolvers<void>();
  const { maxDocuments } = settings.request;
  const { call, identityOf } = upstream;
  const means = { call, identityOf, planning, random, clock, log };
  const follower = request.followSupergraph({
    source,
    generations,
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
  return { generations, documents, busiest, follower, served };
}

interface GenerationParts {
  readonly source: SupergraphSource;
  readonly upstream: Upstream;
  readonly planning: Planning;
  readonly options: Pick<LiveOptions, 'documents'>;
}
