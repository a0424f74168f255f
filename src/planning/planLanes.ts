import type { PlanJob } from './planJob.ts';
import { createPlanLane, type PlanLane } from './planLane.ts';
import type { PlanRunnerOptions, PlanRunnerParts } from './planRunner.ts';

/** How long a thread beyond `workers` outlives its last job. */
const idleMs = 10_000;

export interface PlanLanesOptions extends PlanRunnerOptions {
  /** Threads for fresh jobs; there is one more when it is needed. */
  readonly workers: number;
}

/** The threads there are: how many, which is free, and when one too many is ended. */
export interface PlanLanes {
  /** How many work on a job of this kind. */
  busyWith(isCounted: (job: PlanJob) => boolean): number;
  /** One that is free, best one that knows the supergraph. */
  free(supergraphHash: string): PlanLane | null;
  /** A new one, unless there are enough. */
  open(): PlanLane | null;
  /** There is none yet. */
  readonly isEmpty: boolean;
  /** One whose fresh job has used up its slice. */
  late(): PlanLane | null;
  /** Ends this one when it stays free and is one too many. */
  releaseWhenIdle(lane: PlanLane): void;
  close(): Promise<void>;
}

export function createPlanLanes(options: PlanLanesOptions, parts: PlanRunnerParts): PlanLanes {
  const lanes: PlanLane[] = [];
  return {
    busyWith: (isCounted) => lanes.filter(({ job }) => job !== null && isCounted(job)).length,
    free(supergraphHash) {
      const idle = lanes.filter(({ isFree }) => isFree);
      return idle.find((lane) => lane.has(supergraphHash)) ?? idle[0] ?? null;
    },
    open() {
      if (lanes.length > options.workers) return null;
      const lane = createPlanLane(options, parts);
      lanes.push(lane);
      return lane;
    },
    get isEmpty() {
      return lanes.length === 0;
    },
    late: () => lanes.find(({ job, isLate }) => job?.standing === 'fresh' && isLate) ?? null,
    releaseWhenIdle(lane) {
      const jobsBefore = lane.jobsDone;
      parts.clock.after(idleMs, () => {
        const isIdle = lane.isFree && lane.jobsDone === jobsBefore;
        if (!isIdle || lanes.length <= options.workers || !lanes.includes(lane)) return;
        lanes.splice(lanes.indexOf(lane), 1);
        void lane.close();
      });
    },
    async close() {
      await Promise.all(lanes.splice(0).map((lane) => lane.close()));
    },
  };
}
