import { SluiceError } from '../base/errors.ts';
import type { PlanJob } from './planJob.ts';
import { createPlanRunner, type PlanRunnerOptions, type PlanRunnerParts } from './planRunner.ts';
import type { PlannedSupergraph } from './queryPlan.ts';

/** A fresh job that took this long stands aside for those that wait; an ordinary plan takes a tenth of it. */
const sliceMs = 250;

/** Why a thread was ended in the midst of a plan, when it was for the sake of others. */
const madeWay = Symbol('made way');

/** A planning thread, and the job it works on. */
export interface PlanLane {
  readonly job: PlanJob | null;
  /** It has no job, and none is kept waiting by what it does. */
  readonly isFree: boolean;
  /** The job's slice is used up. */
  readonly isLate: boolean;
  has(supergraphHash: string): boolean;
  /** Starts the thread and has the planner built, so that a job need not wait for it; a failure is for the job that meets it again. */
  prepare(supergraph: PlannedSupergraph): Promise<void>;
  /** Settles the job, unless it had to make way: then it is given back. `onLate` is told when its slice is used up. */
  run(job: PlanJob, onLate: () => void): Promise<PlanJob | null>;
  /** Ends the thread in the midst of its job. */
  makeWay(): void;
  close(): Promise<void>;
}

export function createPlanLane(options: PlanRunnerOptions, parts: PlanRunnerParts): PlanLane {
  const runner = createPlanRunner(options, parts);
  let current: PlanJob | null = null;
  let isLate = false;
  let isPreparing = false;
  let stop = new AbortController();

  async function plan(job: PlanJob, onLate: () => void): Promise<PlanJob | null> {
    // A planner that is being built is not interrupted: whoever came next would have to begin again.
    await runner.load(job.request);
    const slice = parts.clock.after(sliceMs, () => {
      isLate = true;
      onLate();
    });
    try {
      job.resolve(await runner.plan(job.request, stop.signal));
      return null;
    } catch (failure) {
      if (failure === madeWay) return job;
      if (failure instanceof SluiceError && failure.code === 'QUERY_PLANNING_TIMEOUT') job.overran();
      throw failure;
    } finally {
      slice.cancel();
    }
  }

  return {
    get job() {
      return current;
    },
    get isFree() {
      return current === null && !isPreparing;
    },
    get isLate() {
      return isLate;
    },
    has: runner.has,
    async prepare(supergraph) {
      isPreparing = true;
      await Promise.allSettled([runner.load(supergraph)]);
      isPreparing = false;
    },
    async run(job, onLate) {
      current = job;
      isLate = false;
      stop = new AbortController();
      try {
        return await plan(job, onLate);
      } catch (failure) {
        job.reject(failure);
        return null;
      } finally {
        current = null;
      }
    },
    makeWay: () => stop.abort(madeWay),
    close: runner.close,
  };
}
