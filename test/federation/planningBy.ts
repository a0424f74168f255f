import type { Planning, PlanRequest } from '../../src/planning/planning.ts';

/** Plans of one kind only: the best ones, or those of our own. */
export function planningBy(
  planning: Pick<Planning, 'plan'>,
  by: PlanRequest['by'] = 'best',
): Pick<Planning, 'plan'> {
  return { plan: (request, signal) => planning.plan({ ...request, by }, signal) };
}
