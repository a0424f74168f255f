import { SluiceError } from '../base/errors.ts';
import type { ApiKeys } from '../model/apiKeys.ts';
import type { ChangeOptions, HistoryEntry, Registry, SubgraphInput } from '../model/registry.ts';
import type { SubgraphVersion, Supergraph, SupergraphSource } from '../model/supergraph.ts';
import type { Planning } from '../planning/planning.ts';
import { readTranslation } from '../translation/translation.ts';
import type { AdminCaller } from './adminCaller.ts';
import type { AdminStatus } from './adminStatus.ts';
import { createApiKeyResolvers } from './apiKeyResolvers.ts';
import { authorOf } from './authorOf.ts';
import { createBillingResolvers } from './billingResolvers.ts';
import { type CacheResolverParts, createCacheResolvers } from './cacheResolvers.ts';
import { type ConsoleResolverParts, createConsoleResolvers } from './consoleResolvers.ts';
import { createExplainResolvers, type ExplainResolverParts } from './explainResolvers.ts';
import type { FetchSdl } from './fetchSdl.ts';
import { createImpactResolvers } from './impactResolvers.ts';
import { createInstanceResolvers, type InstanceResolverParts } from './instanceResolvers.ts';
import { isoTime } from './isoTime.ts';
import { createLeverResolvers, type LeverResolverParts } from './leverResolvers.ts';
import { createLogLevelResolvers, type LogLevelParts } from './logLevelResolvers.ts';
import { registryOf } from './registryOf.ts';
import { shownReport } from './shownReport.ts';
import { createUsageResolvers, type UsageResolverParts } from './usageResolvers.ts';

export interface AdminResolverParts
  extends UsageResolverParts,
    ExplainResolverParts,
    LogLevelParts,
    CacheResolverParts,
    InstanceResolverParts,
    LeverResolverParts,
    ConsoleResolverParts {
  /** Null when a supergraph is served as it is, without a registry. */
  readonly registry: Registry | null;
  readonly source: SupergraphSource;
  readonly planning: Pick<Planning, 'plan'>;
  readonly apiKeys: ApiKeys;
  readonly fetchSdl: FetchSdl;
  readonly status: () => AdminStatus;
}

interface SubgraphArguments {
  readonly name: string;
  readonly url?: string | null;
  readonly sdl?: string | null;
}

interface ChangeArguments {
  readonly base?: number | null;
  readonly allowBreaking?: boolean | null;
  readonly idempotencyKey?: string | null;
  readonly author?: string | null;
}

/** The root value of the admin API: a function for each root field, called with its arguments and the caller. */
export function createAdminResolvers(parts: AdminResolverParts): object {
  return {
    ...queryResolvers(parts),
    ...changeResolvers(parts),
    ...createApiKeyResolvers(parts.apiKeys, parts.invoices),
    ...createBillingResolvers(parts.invoices),
    ...createUsageResolvers(parts),
    ...createExplainResolvers(parts),
    ...createLogLevelResolvers(parts),
    ...createInstanceResolvers(parts),
    ...createLeverResolvers(parts),
    ...createCacheResolvers(parts),
    ...createImpactResolvers(parts),
    ...createConsoleResolvers(parts),
  };
}

function queryResolvers(parts: AdminResolverParts) {
  const { source, planning } = parts;
  return {
    status() {
      const { ready, origin } = parts.status();
      const current = source.current();
      return {
        ready,
        version: current?.version ?? null,
        hash: current?.hash ?? null,
        origin: origin && originNames[origin],
        registry: parts.registry !== null,
      };
    },

    async supergraph({ version }: { version?: number | null }) {
      if (!parts.registry && typeof version !== 'number') return shownSupergraph(source.current());
      return shownSupergraph(await registryOf(parts).supergraph(version ?? undefined));
    },

    async subgraphs() {
      return (await registryOf(parts).subgraphs()).map(shownSubgraph);
    },

    async history({ first, before }: { first: number; before?: number | null }) {
      const page = { limit: first, ...(typeof before === 'number' && { before }) };
      return (await registryOf(parts).history(page)).map(shownEntry);
    },

    async check({ subgraph }: { subgraph: SubgraphArguments }, caller: AdminCaller) {
      const { name, url, sdl } = subgraph;
      const draft =
        typeof sdl === 'string'
          ? { name, sdl, ...(typeof url === 'string' && { url }) }
          : await complete(parts, subgraph, caller);
      return shownReport(await registryOf(parts).check(draft));
    },

    async plan({ operation, operationName }: PlanArguments, { signal }: AdminCaller) {
      const supergraph = source.current();
      if (!supergraph)
        throw new SluiceError('NOT_FOUND', 'No supergraph is served yet, so there is nothing to plan on.');
      const { sdl: supergraphSdl, hash: supergraphHash } = supergraph;
      return planning.plan(
        {
          supergraphSdl,
          supergraphHash,
          document: operation,
          operationName: operationName ?? null,
          validate: true,
          withText: true,
        },
        signal,
      );
    },
  };
}

function changeResolvers(parts: AdminResolverParts) {
  return {
    async publish(asked: ChangeArguments & { subgraphs: readonly SubgraphArguments[] }, caller: AdminCaller) {
      if (asked.subgraphs.length === 0)
        throw new SluiceError(
          'BAD_USER_INPUT',
          'The list of subgraphs is empty: name at least one to publish.',
        );
      const options = changeOptions(asked, caller);
      const inputs = await Promise.all(asked.subgraphs.map((subgraph) => complete(parts, subgraph, caller)));
      return registryOf(parts).publish(inputs, options);
    },

    async unpublish(asked: ChangeArguments & { name: string }, caller: AdminCaller) {
      return registryOf(parts).unpublish(asked.name, changeOptions(asked, caller));
    },

    async rollback(asked: ChangeArguments & { version: number }, caller: AdminCaller) {
      return registryOf(parts).rollback(asked.version, changeOptions(asked, caller));
    },
  };
}

/** Fills in what was left out: the URL from the registry, the SDL from the subgraph itself. */
async function complete(
  parts: AdminResolverParts,
  { name, url: askedUrl, sdl }: SubgraphArguments,
  { signal }: AdminCaller,
): Promise<SubgraphInput> {
  const url = askedUrl ?? (await currentUrl(parts, name));
  if (typeof sdl === 'string') return { name, url, sdl, source: 'publish' };
  return { name, url, sdl: await parts.fetchSdl(url, { signal }), source: `subgraph:${url}` };
}

async function currentUrl(parts: AdminResolverParts, name: string): Promise<string> {
  const current = (await registryOf(parts).subgraphs()).find((subgraph) => subgraph.name === name);
  if (current) return current.url;
  throw new SluiceError(
    'BAD_USER_INPUT',
    `The subgraph ${JSON.stringify(name.slice(0, 100))} is new here: say at which url it is called.`,
  );
}

interface PlanArguments {
  readonly operation: string;
  readonly operationName?: string | null;
}

const originNames = { store: 'STORE', 'last-good': 'LAST_GOOD', location: 'FILE' } as const;

function changeOptions(asked: ChangeArguments, caller: AdminCaller): ChangeOptions {
  return {
    author: authorOf(asked.author, caller),
    ...(typeof asked.base === 'number' && { base: asked.base }),
    ...(typeof asked.idempotencyKey === 'string' && { idempotencyKey: asked.idempotencyKey }),
    ...(typeof asked.allowBreaking === 'boolean' && { allowBreaking: asked.allowBreaking }),
  };
}

function shownSupergraph(supergraph: Supergraph | null) {
  return supergraph && { ...supergraph, subgraphs: supergraph.subgraphs.map(shownSubgraph) };
}

function shownSubgraph({ publishedAtMs, ...subgraph }: SubgraphVersion) {
  return { ...subgraph, publishedAt: isoTime(publishedAtMs), protocol: () => protocolOf(subgraph.sdl) };
}

function protocolOf(sdl: string): string {
  return readTranslation(sdl)?.protocol ?? 'graphql';
}

function shownEntry({ atMs, kind, ...entry }: HistoryEntry) {
  return { ...entry, kind: kind.toUpperCase(), at: isoTime(atMs) };
}
