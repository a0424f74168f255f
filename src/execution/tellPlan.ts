import type { ToldDecision } from '../model/decision.ts';
import type { Answering } from './engine.ts';

/** A plan that was there already. */
export function tellKeptPlan(how: Answering): ToldDecision {
  return tellPlan(how, 'the plan was there already');
}

/** A plan that this request waited for. */
export function tellNewPlan(how: Answering): ToldDecision {
  return tellPlan(how, 'planned for this request');
}

/** How an operation is answered, and since when that is known. */
export function tellPlan(
  { planText, plannedBy, plannedMs, overrides }: Answering,
  since: string,
): ToldDecision {
  const fetches = planText.split('Fetch(').length - 1;
  const whose = plannedBy === 'apollo' ? "Apollo's planner" : 'the plain planner';
  const labels = overrides.length > 0 ? `; @override ${overrides.join(', ')} held` : '';
  return {
    text: `${since}: ${fetches} ${fetches === 1 ? 'fetch' : 'fetches'}, by ${whose} in ${plannedMs.toFixed(1)} ms${labels}`,
    facts: { since, fetches, plannedBy, plannedMs, overrides },
  };
}
