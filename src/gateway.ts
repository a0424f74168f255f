/**
 * The assembly: every part of Sluice is built here (what takes more than a few lines in assembly/), from the lower floors up, and
 * handed to those that need it. Nobody else builds parts, and parts never look for each other. What was built first is closed
 * last.
 */
import { createAccess } from './access/access.ts';
import {
  type Assembly,
  type AssemblyOptions,
  applySettings,
  createAssembly,
  createLiveOptions,
  type Loaded,
  openDocuments,
  openDoors,
  openGenerations,
  openKept,
  openObservability,
  openPlugins,
  type PluginsToOrder,
  placedIdentity,
  quotasOfConsumers,
  recordAll,
  ruleNamer,
} from './assembly/assembly.ts';
import { createAuthorization } from './authorization/authorization.ts';
import { createCache } from './cache/cache.ts';
import { listedInstances } from './config/config.ts';
import type { GatewayPlugin } from './model/gatewayPlugin.ts';
import { createPlanning } from './planning/planning.ts';
import * as request from './request/request.ts';
import { createUpstream } from './upstream/upstream.ts';

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
  { limits, users }: PluginsToOrder,
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

async function assemble(
  assembly: Assembly,
  given: { [Name in 'supergraph' | 'identity']: GatewayOptions[Name] | undefined },
): Promise<Gateway> {
  const { live, mode, clock, random, log, closed } = assembly;
  const { settings, folder } = live.loaded;
  const development = mode === 'dev';
  const options = createLiveOptions(() => live.loaded.settings, { suggestions: development });

  const { users, load, plugins, judgesOf } = await openPlugins(assembly, pluginsInOrder);
  const judging = { plugins, nameRule: ruleNamer(assembly) };

  // What the operator sees of it: the log's level, metrics, traces.
  const observability = await openObservability(assembly, load);
  const { onOpen, ownHeaders, recorders } = observability;

  // Pools, and what is learned of subgraphs, outlive every generation.
  const upstream = closed(createUpstream(settings.upstream, { clock, random, log, ownHeaders }));
  upstream.setInstances('listed', listedInstances(settings.subgraphs));
  const kept = await openKept(assembly, { location: given.supergraph, upstream });
  const { identity, analytics, billing, explain, source, registry } = kept;

  // Plans are made in a worker, for the engines and for whoever wants to see one.
  const planning = closed(createPlanning(settings.planning, { clock, startThread: assembly.startThread }));

  // What sessions may see is decided in one place, for every generation: its policies are a module that is loaded once.
  const judgment = { folder, suggestions: development, clock, log };
  const authorization = await createAuthorization({ options: options.authorization, ...judgment });

  // The way of a request.
  const { documents, routes } = await openDocuments(assembly, options.documents(judging));
  const caching = { headersOf: upstream.headersOf, clock, random, log };
  const cache = closed(await createCache(settings.cache, caching));
  const means = { source, upstream, cache, users, planning, authorization, documents, routes };
  const { generations, busiest, follower, served } = await openGenerations(assembly, means);
  const pipeline = request.createPipeline({
    ...judging,
    identity: placedIdentity(given.identity ?? identity, billing),
    generations,
    documents,
    busiest,
    recorder: recordAll([...recorders, load, analytics, billing, explain, kept.offered.feed]),
    onOpen,
    clock,
    options: options.pipeline,
  });

  // The doors; opened last, so that whoever gets in finds everything in place.
  const quotasOf = quotasOfConsumers({ plugins, billing });
  const ofUpstream = { upstreamStats: upstream.stats, upstreamLevers: upstream.levers };
  const offered = { ...kept.offered, planning, quotasOf, billing, cache, ...ofUpstream };
  const doorParts = { pipeline, users, generations, routes, observability, registry, source, ...offered };
  const { admin, server, listed, listen } = await openDoors(assembly, doorParts);

  await follower.started;
  const reading = { live, plugins, judgesOf, identity, upstream, cache, billing, server, admin, listed };
  return {
    ...(await listen()),
    ready: () => served,
    reconfigure: (next) => applySettings(next, { ...reading, observability }),
    async stop({ delayMs = live.loaded.settings.server.drain.delay } = {}) {
      server.drain();
      if (delayMs > 0) await new Promise<void>((passed) => void clock.after(delayMs, passed));
      await assembly.close();
    },
  };
}
