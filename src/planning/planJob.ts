import type { PlanRequest, QueryPlan } from './queryPlan.ts';

/**
 * What waits for a planning thread. `fresh`: somebody waits, and it has not been tried. `slow`: somebody waits, and it has already
 * taken longer than others should wait for it. `warm`: nobody waits.
 */
export interface PlanJob {
  readonly request: PlanRequest;
  standing: 'fresh' | 'slow' | 'warm';
  /** Does anybody still wait for it? */
  isWanted(): boolean;
  /** It took more time or memory than one may have; `reject` follows. */
  overran(): void;
  resolve(plan: QueryPlan): void;
  reject(reason: unknown): void;
}
