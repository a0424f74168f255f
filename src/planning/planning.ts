/**
 * Planning: from a document to the steps that answer it. Apollo's query planner does the work, in a worker thread, because a single
 * hostile document can keep it busy for minutes and gigabytes: there it has a deadline and a memory bound, and the event loop of the
 * gateway never waits for it. A worker that overruns is ended and replaced; the next plan is not touched by that.
 *
 * The worker keeps the planners of the last two supergraphs, so that during a change of supergraph the requests on the old one and on
 * the new one do not evict each other's. It plans one document after the other. Nothing is cached here: who asks keeps the plan.
 *
 *   const { text } = await planning.plan({ supergraphSdl, supergraphHash, document: '{ countries { name } }', operationName: null }, signal);
 */
import { z } from 'zod';
import { type Clock, systemClock } from '../base/clock.ts';
import { SluiceError } from '../base/errors.ts';
import { durationMs, sizeBytes } from '../base/quantity.ts';
import { createPlanRunner } from './planRunner.ts';
import type { PlanRequest, QueryPlan } from './queryPlan.ts';

export type {
  FetchDataRewrite as FetchRewrite,
  FetchNode,
  PlanNode,
  QueryPlanSelectionNode as RequiredSelection,
} from '@apollo/query-planner';
export type { PlanRequest, QueryPlan } from './queryPlan.ts';

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
      'Heap of the planning thread; 256MB holds two large supergraphs and stops what would eat the machine.',
    ),
});

/** `timeout` and `buildTimeout` in milliseconds, `memory` in bytes. */
export type PlanningOptions = z.infer<typeof planningOptions>;

export interface Planning {
  /**
   * Plans are made one after the other, in the order asked. When the signal aborts, its reason is thrown.
   *
   * Refuses with GRAPHQL_PARSE_FAILED, GRAPHQL_VALIDATION_FAILED, OPERATION_RESOLUTION_FAILURE, RECURSION_LIMIT_EXCEEDED, and with
   * QUERY_PLANNING_TIMEOUT when the document needs more time or memory than one may have. `extensions.locations` says where in the
   * document the fault is, if it has a place: `[{ line, column }]`.
   */
  plan(request: PlanRequest, signal: AbortSignal): Promise<QueryPlan>;
  /** Ends the worker; whoever still waits gets DRAINING. */
  close(): Promise<void>;
}

/** One waiting caller; `settled` keeps a late answer of the worker from reaching it twice. */
interface Waiting {
  readonly request: PlanRequest;
  readonly resolve: (plan: QueryPlan) => void;
  readonly reject: (reason: unknown) => void;
  settled: boolean;
}

export function createPlanning(
  options: PlanningOptions,
  { clock = systemClock }: { clock?: Clock } = {},
): Planning {
  const runner = createPlanRunner(options, { clock });
  const queue: Waiting[] = [];
  let busy = false;
  let closed = false;

  async function work(): Promise<void> {
    if (busy) return;
    busy = true;
    for (let next = queue.shift(); next; next = queue.shift()) {
      if (next.settled) continue;
      try {
        next.resolve(await runner.run(next.request));
      } catch (failure) {
        next.reject(failure);
      }
    }
    busy = false;
  }

  return {
    plan(request, signal) {
      if (closed) return Promise.reject(closing());
      if (signal.aborted) return Promise.reject(signal.reason);
      return new Promise((resolve, reject) => {
        const settle = (): void => {
          waiting.settled = true;
          signal.removeEventListener('abort', abandon);
        };
        const waiting: Waiting = {
          request,
          settled: false,
          resolve: (plan) => {
            settle();
            resolve(plan);
          },
          reject: (reason) => {
            settle();
            reject(reason);
          },
        };
        const abandon = (): void => waiting.reject(signal.reason);
        signal.addEventListener('abort', abandon, { once: true });
        queue.push(waiting);
        void work();
      });
    },
    async close() {
      closed = true;
      for (const waiting of queue.splice(0)) waiting.reject(closing());
      await runner.close();
    },
  };
}

function closing(): SluiceError {
  return new SluiceError('DRAINING', 'Planning has been closed: this process is going away.');
}
