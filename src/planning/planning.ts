/**
 * Planning: from a document to the steps that answer it. Apollo's query planner does the work, in worker threads, because a single
 * hostile document can keep it busy for minutes and gigabytes: there it has a deadline and a memory bound, and the event loop of the
 * gateway never waits for it. A thread that overruns is ended and replaced, and its document is refused for a minute.
 *
 * Its plans are carried out on types before they are used (check/planFault.ts). Where one is wrong, or does not come in time, a plain plan of
 * our own stands in (plain/plainPlan.ts); checkedPlan.ts decides. Both work on what the supergraph says of its subgraphs (joined/).
 *
 * Plans wait in a bounded queue: requests before warm-ups, short documents before long ones, and what has taken long makes way for
 * what has not been tried (planScheduler.ts). Equal plans asked at once are made once. Nothing is cached here: who asks keeps the plan.
 * A thread keeps the planners of two supergraphs, so that during a change the requests on the old one and on the new one do
 * not evict each other's. What Apollo's planner takes too long for is planned on a pruned supergraph (pruneSupergraph.ts).
 *
 *   const { text } = await planning.plan({ supergraphSdl, supergraphHash, document: '{ countries { name } }', operationName: null }, signal);
 */
import { availableParallelism } from 'node:os';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { type Clock, systemClock } from '../base/clock.ts';
import { SluiceError } from '../base/errors.ts';
import { durationMs, sizeBytes } from '../base/quantity.ts';
import type { StartThread } from '../base/startThread.ts';
import { createOverruns } from './overruns.ts';
import { createPlanFlights } from './planFlights.ts';
import { createPlanScheduler } from './planScheduler.ts';
import type { PlannedSupergraph, PlanRequest, QueryPlan, SupergraphFacts } from './queryPlan.ts';

export type {
  FetchDataRewrite as FetchRewrite,
  FetchNode,
  PlanNode,
  QueryPlanSelectionNode as RequiredSelection,
} from '@apollo/query-planner';
export { type Loss, lostWithout } from './lostWithout.ts';
export { planFetches } from './planFetches.ts';
export { pruneSupergraph } from './pruneSupergraph.ts';
export type { PlannedSupergraph, PlanRequest, QueryPlan, SupergraphFacts } from './queryPlan.ts';
export { sharedFields } from './sharedFields.ts';

export const planningOptions = z.strictObject({
  timeout: durationMs
    .refine((ms) => ms >= 10 && ms <= 60_000, 'expected a duration between 10ms and 60s')
    .prefault('2s')
    .describe(
      'How long one document may take to plan; 2s because ordinary ones take milliseconds, and nobody waits longer.',
    ),
  buildTimeout: durationMs
    .refine((ms) => ms >= 100 && ms <= 600_000, 'expected a duration between 100ms and 10m')
    .prefault('30s')
    .describe(
      'How long the planner of a new supergraph may take to build; 30s as composition gets, for it is work of the same size.',
    ),
  memory: sizeBytes
    .refine((bytes) => bytes >= 32 * 1024 ** 2, 'expected at least 32MB')
    .prefault('256MB')
    .describe(
      'Heap of a planning thread; 256MB holds two large supergraphs and stops what would eat the machine.',
    ),
  maxPlanSize: sizeBytes
    .refine((bytes) => bytes >= 16 * 1024, 'expected at least 16KB')
    .prefault('1MB')
    .describe(
      'How large a plan may be; 1MB because the gateway reads it between two requests, and that takes 6 ms then.',
    ),
  maxQueued: z
    .int()
    .min(1)
    .max(10_000)
    .default(100)
    .describe(
      'Plans that may wait for a thread; 100 because as many ordinary ones are planned within a second or two.',
    ),
  workers: z
    .int()
    .min(1)
    .max(16)
    .default(() => (availableParallelism() > 2 ? 2 : 1))
    .describe(
      'Planning threads for requests, one more is started when needed; 1 on two cores, for the gateway needs one itself, else 2.',
    ),
});

/** `timeout` and `buildTimeout` in milliseconds, `memory` in bytes of one thread, `maxPlanSize` in bytes of JSON. */
export type PlanningOptions = z.infer<typeof planningOptions>;

/** Supergraphs whose facts are remembered; more than all threads keep planners of. */
const keptFacts = 100;

export interface Planning {
  /**
   * When the signal aborts, its reason is thrown; others who asked for the same plan still get it.
   *
   * Refuses with GRAPHQL_PARSE_FAILED, GRAPHQL_VALIDATION_FAILED, OPERATION_RESOLUTION_FAILURE, RECURSION_LIMIT_EXCEEDED, with
   * QUERY_PLANNING_TIMEOUT when the document needs more time or memory than one may have (and for a minute after that), with
   * COST_LIMIT_EXCEEDED when the plan is too large, and with OVERLOADED when too many plans wait. `extensions.locations` says where in the document the fault is, if it has a place:
   * `[{ line, column }]`.
   */
  plan(request: PlanRequest, signal: AbortSignal): Promise<QueryPlan>;
  /** What the planner finds in a supergraph; it is built for that, behind every request, when no thread has it yet. */
  factsOf(supergraph: PlannedSupergraph, signal: AbortSignal): Promise<SupergraphFacts>;
  /** How many plans wait now, and how many were made since the start, by whom; `failed` were refused, given up or at fault. */
  stats(): PlanningStats;
  /** Ends the threads; whoever still waits gets DRAINING. */
  close(): Promise<void>;
}

export interface PlanningStats {
  readonly waiting: number;
  /** Not even tried: too many waited. */
  readonly refused: number;
  readonly apollo: number;
  readonly plain: number;
  readonly failed: number;
}

export function createPlanning(
  options: PlanningOptions,
  { clock = systemClock, startThread }: { clock?: Clock; startThread?: StartThread | undefined } = {},
): Planning {
  const facts = new LRUCache<string, SupergraphFacts>({ max: keptFacts });
  const overruns = createOverruns({ clock });
  const scheduler = createPlanScheduler(options, {
    clock,
    startThread,
    onLoaded: (hash, found) => facts.set(hash, found),
  });
  const flights = createPlanFlights({
    add: scheduler.add,
    onPromoted: scheduler.assign,
    onOverran: overruns.add,
    onSettled(by) {
      made[by] += 1;
    },
  });
  const made = { apollo: 0, plain: 0, failed: 0 };
  let refused = 0;
  let closed = false;

  async function plan(request: PlanRequest, signal: AbortSignal): Promise<QueryPlan> {
    if (closed) throw closing();
    signal.throwIfAborted();
    const key = identityOf(request);
    const refusal = overruns.refusalOf(key);
    if (refusal) throw refusal;
    if (!flights.has(key) && request.priority !== 'warm' && scheduler.waiting() >= options.maxQueued) {
      refused += 1;
      throw overloaded();
    }
    return flights.join(key, request, signal);
  }

  return {
    plan,
    async factsOf(supergraph, signal) {
      if (!facts.has(supergraph.supergraphHash))
        await plan(
          { ...supergraph, document: '{ __typename }', operationName: null, priority: 'warm' },
          signal,
        );
      const found = facts.get(supergraph.supergraphHash);
      if (!found) throw new Error('A planner was built without a word about its supergraph');
      return found;
    },
    stats: () => ({ waiting: scheduler.waiting(), refused, ...made }),
    async close() {
      closed = true;
      for (const job of await scheduler.close()) job.reject(closing());
    },
  };
}

/** Requests with one identity have one plan. A label that does not hold is the same as one not named. */
function identityOf(request: PlanRequest): string {
  const { supergraphHash, document, operationName, overrides = new Map() } = request;
  const { validate = false, withText = false, by = 'best' } = request;
  const holding = [...overrides.keys()].filter((label) => overrides.get(label)).sort();
  return JSON.stringify([supergraphHash, operationName, holding, validate, withText, by, document]);
}

function closing(): SluiceError {
  return new SluiceError('DRAINING', 'Planning has been closed: this process is going away.');
}

function overloaded(): SluiceError {
  return new SluiceError(
    'OVERLOADED',
    'Too many operations wait to be planned: repeat the request in a second.',
    {
      headers: { 'Retry-After': '1' },
    },
  );
}
