import type { QuotaState } from '../model/quotaState.ts';
import type { Budget } from './budgets.ts';
import type { Counters } from './counters.ts';

/** How much of quotas is used up; taking nothing tells. */
export async function quotaStates(
  budgets: readonly Budget[],
  { counters, clock }: { counters: Counters; clock: { wallMs(): number } },
): Promise<readonly QuotaState[]> {
  const nowMs = clock.wallMs();
  return await Promise.all(
    budgets.map(async ({ setting, identity, counted, unit, quota }) => {
      const [taken] = await counters.take([{ setting, identity, cost: 0, rule: counted }]);
      const endsInMs = counted.kind === 'period' ? counted.endsInMs : 0;
      return {
        unit,
        per: setting.includes('.day.') ? ('day' as const) : ('month' as const),
        max: quota,
        used: quota - (taken?.remaining ?? quota),
        endsAtMs: nowMs + endsInMs,
      };
    }),
  );
}
