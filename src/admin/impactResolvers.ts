import { type GraphQLSchema, parse } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Usage } from '../analytics/analytics.ts';
import type { Clock } from '../base/clock.ts';
import { SluiceError } from '../base/errors.ts';
import type { RecordedUse } from '../model/recordedUse.ts';
import type { Supergraph, SupergraphSource } from '../model/supergraph.ts';
import { lostWithout, type Planning, type QueryPlan } from '../planning/planning.ts';
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
/** Whoever looks at one subgraph looks at others, too: the operations are the same. */
const maxPlans = 500;
/** Enough for the planner to have the next one when it is done with one. */
const atOnce = 8;

/** The root field that tells what is lost with a subgraph. */
export function createImpactResolvers(parts: ImpactResolverParts) {
  const plans: KeptPlans = new LRUCache({ max: maxPlans });
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
      const means = { ...parts, plans, supergraph, schema, name, signal };
      const operations = [];
      for (let at = 0; at < uses.length; at += atOnce)
        operations.push(
          ...(await Promise.all(uses.slice(at, at + atOnce).map((use) => impactOn(use, means)))),
        );
      return { name, operations };
    },
  };
}

/** By the hash of a supergraph and the id of an operation. */
type KeptPlans = LRUCache<string, QueryPlan['plan']>;

interface Means extends Pick<ImpactResolverParts, 'planning'> {
  readonly plans: KeptPlans;
  readonly supergraph: Supergraph;
  readonly schema: GraphQLSchema;
  /** Of the subgraph. */
  readonly name: string;
  readonly signal: AbortSignal;
}

async function planOf({ id, name: operationName, text: document }: RecordedUse, means: Means) {
  const { planning, plans, supergraph, signal } = means;
  const { sdl: supergraphSdl, hash: supergraphHash } = supergraph;
  const kept = plans.get(`${supergraphHash} ${id}`);
  if (kept) return kept;
  const asked = { supergraphSdl, supergraphHash, document, operationName, validate: true } as const;
  const { plan } = await planning.plan({ ...asked, priority: 'warm' }, signal);
  plans.set(`${supergraphHash} ${id}`, plan);
  return plan;
}

async function impactOn(use: RecordedUse, means: Means) {
  const { schema, name, signal } = means;
  const { id, name: operationName, text, calls } = use;
  const shown = { id, name: operationName, calls };
  try {
    const plan = await planOf(use, means);
    const loss = lostWithout(name, { plan, document: parse(text), operationName, schema });
    return { ...shown, ending: loss.ending.toUpperCase(), nulls: loss.nulls };
  } catch (failure) {
    if (signal.aborted) throw failure;
    // It does not fit the supergraph any more, or takes too long to plan.
    return { ...shown, ending: 'UNKNOWN', nulls: [] };
  }
}
