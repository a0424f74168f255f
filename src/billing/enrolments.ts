import type { Clock } from '../base/clock.ts';
import { monthOf } from './billedMonth.ts';
import type { BillingStore } from './billingStore.ts';
import type { PlanTerms } from './planTerms.ts';

/** A consumer as others know it. */
export interface KnownConsumer {
  readonly name: string;
  readonly plan: string | null;
  readonly suspended: boolean;
}

export interface EnrolmentParts {
  readonly store: Pick<BillingStore, 'enrol'>;
  /** Consumers that have keys. */
  readonly knownConsumers: () => Promise<readonly KnownConsumer[]>;
  readonly clock: Clock;
}

/** Who is on which plan, as the settings say. */
export interface Agreements {
  readonly terms: ReadonlyMap<string, PlanTerms>;
  /** Plans by consumer, whatever its keys and tokens say. */
  readonly consumers: ReadonlyMap<string, string>;
}

const everyMs = 3_600_000;

/** Puts down who is on a plan, so that a fee is due whether anything is used or not: each hour, and when a month begins. */
export function createEnrolments(parts: EnrolmentParts) {
  const { store, knownConsumers, clock } = parts;
  let doneAtMs: number | null = null;
  let doneFor = '';
  return {
    /** Has it done again. */
    renew(): void {
      doneAtMs = null;
    },
    async keep({ terms, consumers }: Agreements): Promise<void> {
      if (terms.size === 0) return;
      const [nowMs, month] = [clock.monotonicMs(), monthOf(clock.wallMs())];
      if (doneAtMs !== null && nowMs - doneAtMs < everyMs && month === doneFor) return;
      const known = (await knownConsumers()).filter(({ suspended }) => !suspended);
      const plans = new Map(known.map(({ name, plan }) => [name, plan]));
      for (const [consumer, plan] of consumers) plans.set(consumer, plan);
      const enrolled = [...plans].flatMap(([consumer, plan]) => {
        const agreed = terms.get(plan ?? '');
        return agreed ? [{ consumer, terms: agreed }] : [];
      });
      await store.enrol({ enrolled, nowMs: clock.wallMs() });
      [doneAtMs, doneFor] = [nowMs, month];
    },
  };
}
