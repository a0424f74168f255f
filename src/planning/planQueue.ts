import type { PlanJob } from './planJob.ts';

/** Jobs that wait. Callers may have left since; `take` passes those by. */
export interface PlanQueue {
  /** How many somebody waits for; warm-ups are bounded by who asks for them. */
  readonly size: number;
  add(job: PlanJob): void;
  /** Removes and gives the next of this standing, null when there is none. */
  take(standing: PlanJob['standing']): PlanJob | null;
  has(standing: PlanJob['standing']): boolean;
  /** Removes and gives all. */
  drain(): PlanJob[];
}

/**
 * Of the fresh jobs the shortest document is next: what takes long to plan is mostly long, and a short one that had to wait for fifty
 * of those would wait for minutes. The others go in the order they came.
 */
export function createPlanQueue(): PlanQueue {
  let jobs: PlanJob[] = [];

  function dropUnwanted(): void {
    jobs = jobs.filter((job) => job.isWanted());
  }

  return {
    get size() {
      dropUnwanted();
      return jobs.filter(({ standing }) => standing !== 'warm').length;
    },
    add(job) {
      jobs.push(job);
    },
    take(standing) {
      dropUnwanted();
      let next: PlanJob | null = null;
      for (const job of jobs) {
        if (job.standing !== standing) continue;
        if (next === null || (standing === 'fresh' && isShorter(job, next))) next = job;
      }
      jobs = jobs.filter((job) => job !== next);
      return next;
    },
    has: (standing) => jobs.some((job) => job.standing === standing && job.isWanted()),
    drain() {
      const all = jobs;
      jobs = [];
      return all;
    },
  };
}

function isShorter(a: PlanJob, b: PlanJob): boolean {
  return a.request.document.length < b.request.document.length;
}
