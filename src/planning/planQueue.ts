import type { PlanJob } from './planJob.ts';

/** Jobs that wait, as long as somebody waits for them. */
export interface PlanQueue {
  /** How many there are; warm-ups are bounded by who asks for them. */
  readonly size: number;
  add(job: PlanJob): void;
  remove(job: PlanJob): void;
  /** The next of this standing. */
  next(standing: PlanJob['standing']): PlanJob | null;
  /** Removes and gives all. */
  drain(): readonly PlanJob[];
}

/**
 * Of the fresh jobs the shortest document is next: what takes long to plan is mostly long, and a short one that had to wait for fifty
 * of those would wait for minutes. The others go in the order they came.
 */
export function createPlanQueue(): PlanQueue {
  let jobs: PlanJob[] = [];
  const wanted = (): PlanJob[] => {
    jobs = jobs.filter((job) => job.isWanted());
    return jobs;
  };

  return {
    get size() {
      return wanted().filter(({ standing }) => standing !== 'warm').length;
    },
    add(job) {
      jobs.push(job);
    },
    remove(job) {
      jobs = jobs.filter((each) => each !== job);
    },
    next(standing) {
      const candidates = wanted().filter((job) => job.standing === standing);
      if (standing === 'fresh') candidates.sort((a, b) => lengthOf(a) - lengthOf(b));
      return candidates[0] ?? null;
    },
    drain() {
      const all = jobs;
      jobs = [];
      return all;
    },
  };
}

const lengthOf = ({ request }: PlanJob): number => request.document.length;
