import type { Timer } from '../base/clock.ts';
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
  const releases = new Map<PlanLane, Timer>();
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
      // One for each: a burst of plans would leave as many timers.
      releases.get(lane)?.cancel();
      const release = parts.clock.after(idleMs, () => {
        releases.delete(lane);
        if (!lane.isFree || lanes.length <= options.workers || !lanes.includes(lane)) return;
        lanes.splice(lanes.indexOf(lane), 1);
        void lane.close();
      });
      releases.set(lane, release);
    },
    async close() {
      for (const release of releases.values()) release.cancel();
      releases.clear();
      await Promise.all(lanes.splice(0).map((lane) => lane.close()));
    },
  };
}
