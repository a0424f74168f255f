import type { PlanJob } from './planJob.ts';
import type { PlanLane } from './planLane.ts';
import { createPlanLanes, type PlanLanes, type PlanLanesOptions } from './planLanes.ts';
import { createPlanQueue } from './planQueue.ts';
import type { PlanRunnerParts } from './planRunner.ts';
import type { PlannedSupergraph } from './queryPlan.ts';

/** How long somebody waits before another thread is started, which takes about as long itself. */
const patienceMs = 100;

export interface PlanScheduler {
  /** Jobs that wait, without warm-ups. */
  waiting(): number;
  add(job: PlanJob): void;
  /** To be told when a job in the queue has come to stand elsewhere. */
  assign(): void;
  /** Ends the threads, and gives the jobs that still waited. */
  close(): Promise<readonly PlanJob[]>;
}

/**
 * Who is planned when.
 *
 * Fresh jobs have all threads but one; the one is for a slow job or a warm-up, of which one at a time is worked on. A fresh job over
 * its slice, with others waiting, becomes the slow one where it runs; when there is one already, its thread is ended and it
 * waits for its turn as a slow one. So however many documents blow up, the next one waits for a slice each, not for a timeout each.
 */
export function createPlanScheduler(options: PlanLanesOptions, parts: PlanRunnerParts): PlanScheduler {
  const queue = createPlanQueue();
  const lanes = createPlanLanes(options, parts);
  let isClosed = false;
  let isGrowing = false;

  const mayTakeFresh = (): boolean =>
    queue.next('fresh') !== null && lanes.busyWith(isFresh) < options.workers;

  function assign(): void {
    if (isClosed) return;
    while (mayTakeFresh() && start('fresh', freeOrFirst));
    if (queue.next('fresh')) {
      makeWay(lanes, options.workers);
      growWhenWaiting();
    } else if (lanes.busyWith(isInBackground) === 0) {
      start('slow', laneOfItsOwn) || start('warm', laneOfItsOwn);
    }
  }

  function start(standing: PlanJob['standing'], choose: Choice): boolean {
    const job = queue.next(standing);
    const lane = job && choose(lanes, job.request);
    if (!lane) return false;
    queue.remove(job);
    void run(lane, job);
    return true;
  }

  async function run(lane: PlanLane, job: PlanJob): Promise<void> {
    const unfinished = await lane.run(job, assign);
    if (unfinished) queue.add(Object.assign(unfinished, { standing: 'slow' }));
    lanes.releaseWhenIdle(lane);
    assign();
  }

  /** Another thread is started only when somebody has waited: mostly it would be ready too late. */
  function growWhenWaiting(): void {
    if (isGrowing || !mayTakeFresh()) return;
    isGrowing = true;
    parts.clock.after(patienceMs, () => {
      isGrowing = false;
      const job = !isClosed && mayTakeFresh() ? queue.next('fresh') : null;
      // The job goes to whichever thread is free first: this one is not, before it has been built.
      if (job) void lanes.open()?.prepare(job.request).then(assign);
      assign();
    });
  }

  return {
    waiting: () => queue.size,
    add(job) {
      queue.add(job);
      assign();
    },
    assign,
    async close() {
      isClosed = true;
      const left = queue.drain();
      await lanes.close();
      return left;
    },
  };
}

const isFresh = (job: PlanJob): boolean => job.standing === 'fresh';
const isInBackground = (job: PlanJob): boolean => job.standing !== 'fresh';

type Choice = (lanes: PlanLanes, supergraph: PlannedSupergraph) => PlanLane | null;

function freeOrFirst(lanes: PlanLanes, { supergraphHash }: PlannedSupergraph): PlanLane | null {
  return lanes.free(supergraphHash) ?? (lanes.isEmpty ? lanes.open() : null);
}

/** A supergraph to come gets a thread of its own, so that no request waits for its planner to be built. */
function laneOfItsOwn(lanes: PlanLanes, { supergraphHash }: PlannedSupergraph): PlanLane | null {
  const free = lanes.free(supergraphHash);
  return free?.has(supergraphHash) ? free : (lanes.open() ?? free);
}

/** A late job makes way for fresh ones: it becomes the slow one, or its thread is ended. */
function makeWay(lanes: PlanLanes, workers: number): void {
  const late = lanes.busyWith(isFresh) < workers ? null : lanes.late();
  if (!late?.job) return;
  if (late.job.isWanted() && lanes.busyWith(isInBackground) === 0) late.job.standing = 'slow';
  else late.makeWay();
}
