/**
 * Request: the way of a request through the gateway, told once for every door that requests come in by.
 *
 * Read `pipeline.ts` first. A step's result is the next step's argument, so the compiler keeps the order. Documents (`documents.ts`)
 * are prepared once per generation and text; generations (`generations.ts`) are swapped as a whole and pinned by the requests that
 * began with them. There is no HTTP server in here, and nothing of Apollo Server.
 */
import { z } from 'zod';
import { persistedQueriesOptions } from './persistedQueries.ts';
import { trustedDocumentsOptions } from './watchTrustedDocuments.ts';

export { chooseMediaType } from './chooseMediaType.ts';
export { createDocuments, type Documents, type DocumentsOptions } from './documents.ts';
export { type Follower, followSupergraph } from './followSupergraph.ts';
export { createGenerations, type Generation, type Generations } from './generations.ts';
export { createKeptOperations, type KeptOperations } from './keptOperations.ts';
export { type Ledger, openLedger } from './ledger.ts';
export { loadPlugins, pluginsOptions } from './loadPlugins.ts';
export { objectParameters } from './objectParameters.ts';
export { createPersistedQueries } from './persistedQueries.ts';
export {
  type Admitted,
  type Asked,
  createPipeline,
  type Identified,
  type Pipeline,
  type PipelineParts,
  type Prepared,
  type Result,
} from './pipeline.ts';
export { aroundCalls, type Beside, createPluginWalk, type PluginWalk } from './pluginWalk.ts';
export { type Refusal, refusalOf } from './refusal.ts';
export type { NameRule } from './refuseBy.ts';
export { createRouteBook, type RouteBook } from './routeBook.ts';
export { variableType } from './typedVariables.ts';
export { watchTrustedDocuments } from './watchTrustedDocuments.ts';

export const requestOptions = z.strictObject({
  introspection: z
    .union([z.enum(['on', 'off']), z.strictObject({ scope: z.string().min(1) })])
    .default('on')
    .describe(
      'Whether __schema and __type are answered: to anybody, to nobody, or to sessions with a scope; __typename always is.',
    ),
  debugScope: z
    .string()
    .min(1)
    .default('sluice:debug')
    .describe(
      'The scope a session needs to see with `sluice-debug: plan` how its operations are answered (extensions.plan).',
    ),
  persistedQueries: persistedQueriesOptions.prefault({}),
  trustedDocuments: trustedDocumentsOptions.prefault({}),
  maxDocuments: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(5_000)
    .describe('Most documents kept parsed and validated per generation; the least recently used goes first.'),
});

export type RequestOptions = z.output<typeof requestOptions>;
