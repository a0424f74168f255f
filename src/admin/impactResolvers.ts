import { type GraphQLSchema, parse } from 'graphql';
import type { Usage } from '../analytics/analytics.ts';
import type { Clock } from '../base/clock.ts';
import { SluiceError } from '../base/errors.ts';
import type { RecordedUse } from '../model/recordedUse.ts';
import type { Supergraph, SupergraphSource } from '../model/supergraph.ts';
import { lostWithout, type Planning } from '../planning/planning.ts';
import type { AdminCaller } from './adminCaller.ts';
import { type PeriodArguments, usagePeriod } from './usagePeriod.ts';

export interface ImpactResolverParts {
  readonly source: SupergraphSource;
  readonly planning: Pick<Planning, 'plan'>;
  /** Null where usage is not recorded. */
  readonly usage: Pick<Usage, 'recent'> | null;
  /** What clients see now; null when nothing is served. */
  readonly schema: () => GraphQLSchema | null;
  readonly clock: Pick<Clock, 'wallMs'>;
}

interface Asked extends PeriodArguments {
  readonly name: string;
  readonly first: number;
}

/** More would keep the planner from clients for too long. */
const mostOperations = 5000;
/** Enough for the planner to have the next one when it is done with one. */
const atOnce = 8;

/** The root field that tells what is lost with a subgraph. */
export function createImpactResolvers(parts: ImpactResolverParts) {
  return {
    async subgraphImpact({ name, first, ...period }: Asked, { signal }: AdminCaller) {
      const { source, usage, schema: served, clock } = parts;
      const supergraph = source.current();
      const schema = served();
      if (!supergraph || !schema) throw new SluiceError('NOT_FOUND', 'No supergraph is served yet.');
      if (!usage)
        throw new SluiceError('NOT_FOUND', 'Nobody records what is asked here (analytics.enabled).');
      if (first < 1 || first > mostOperations)
        throw new SluiceError('BAD_USER_INPUT', `first is ${first}; allowed: 1 to ${mostOperations}.`);
      const { uses } = await usage.recent({ period: usagePeriod(period, clock.wallMs()), first });
      const means = { ...parts, supergraph, schema, name, signal };
      const operations = [];
      for (let at = 0; at < uses.length; at += atOnce)
        operations.push(
          ...(await Promise.all(uses.slice(at, at + atOnce).map((use) => impactOn(use, means)))),
        );
      return { name, operations };
    },
  };
}

interface Means extends Pick<ImpactResolverParts, 'planning'> {
  readonly supergraph: Supergraph;
  readonly schema: GraphQLSchema;
  /** Of the subgraph. */
  readonly name: string;
  readonly signal: AbortSignal;
}

async function impactOn(use: RecordedUse, { planning, supergraph, schema, name, signal }: Means) {
  const { id, name: operationName, text, calls } = use;
  const shown = { id, name: operationName, calls };
  try {
    const asked = { supergraphSdl: supergraph.sdl, supergraphHash: supergraph.hash, document: text };
    const means = { operationName, validate: true, priority: 'warm' } as const;
    const { plan } = await planning.plan({ ...asked, ...means }, signal);
    const loss = lostWithout(name, { plan, document: parse(text), operationName, schema });
    return { ...shown, ending: loss.ending.toUpperCase(), nulls: loss.nulls };
  } catch (failure) {
    if (signal.aborted) throw failure;
    // It does not fit the supergraph any more, or takes too long to plan.
    return { ...shown, ending: 'UNKNOWN', nulls: [] };
  }
}
