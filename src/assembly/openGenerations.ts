import { join } from 'node:path';
import type { Authorization } from '../authorization/authorization.ts';
import type { Cache } from '../cache/cache.ts';
import { type CachesOf, createEngine } from '../execution/execution.ts';
import type { GatewayPlugin } from '../model/gatewayPlugin.ts';
import type { SupergraphSource } from '../model/supergraph.ts';
import type { Planning } from '../planning/planning.ts';
import * as request from '../request/request.ts';
import { readTranslations, translateCalls } from '../translation/translation.ts';
import type { Upstream } from '../upstream/upstream.ts';
import type { Assembly } from './assemblyOptions.ts';
import type { OpenDocuments } from './openDocuments.ts';

export interface GenerationParts extends OpenDocuments {
  readonly source: SupergraphSource;
  readonly upstream: Pick<Upstream, 'call' | 'identityOf' | 'fallbacks' | 'keepOnly'>;
  readonly cache: Pick<Cache, 'forSupergraph'>;
  readonly users: readonly GatewayPlugin[];
  readonly planning: Planning;
  readonly authorization: Authorization;
}

/** One generation is current; requests keep the one they began with. What is asked most is warm before it serves. */
export async function openGenerations(assembly: Assembly, parts: GenerationParts) {
  const { live, dir, clock, random, log, closed, atEnd } = assembly;
  const { settings } = live.loaded;
  const { source, upstream, cache, users, planning, authorization, documents, routes } = parts;
  // What plugins change of calls no key of the cache tells.
  const isAltering = users.some(({ subgraphCall }) => subgraphCall);
  if (isAltering) log.info({}, 'plugins change calls to subgraphs: nothing that subgraphs answer is kept');
  const kept = join(dir, 'busiest-operations.json');
  const busiest = closed(await request.createKeptOperations(kept, { clock, log }));
  const onDisposeFailed = (err: unknown) =>
    log.error({ err }, 'a former generation could not be disposed of');
  const generations = closed(request.createGenerations({ onDisposeFailed }));
  const { promise: served, resolve: onServed } = Promise.withResolvers<void>();
  const { maxDocuments } = settings.request;
  const { identityOf, fallbacks } = upstream;
  const call = request.aroundCalls(users, upstream.call);
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
    buildEngine(supergraph, rules) {
      const cachesOf: CachesOf = (schema) => (isAltering ? null : cache.forSupergraph({ schema, rules }));
      const translated = translateCalls(call, readTranslations(supergraph));
      return createEngine(settings.execution, { ...means, supergraph, cachesOf, call: translated });
    },
    onSwapped(generation) {
      const { engine, supergraph } = generation;
      const spoken = [...readTranslations(supergraph)].map(
        ([name, { protocol }]) => [name, protocol] as const,
      );
      upstream.keepOnly(engine.urls, new Map(spoken));
      routes.check(generation);
      onServed();
    },
  });
  atEnd(() => follower.stop());
  return { generations, busiest, follower, served };
}
