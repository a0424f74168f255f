import { z } from 'zod';
import { durationBetween, rate, sizeBetween } from '../base/quantity.ts';
import { isCurrency } from './moneyText.ts';

const most = 1_000_000_000_000;
const amount = z.int().min(0).max(most);

const currency = z
  .string()
  .refine(isCurrency, { error: 'expected the code of a currency (ISO 4217), such as EUR' });

const planOptions = z.strictObject({
  fee: amount
    .default(0)
    .describe('What a month costs whatever is used, in minor units of the currency: 4900 is 49.00 EUR.'),
  included: amount.default(0).describe('Units of cost that nothing more has to be paid for, each month.'),
  price: z
    .strictObject({
      amount: amount.describe('In minor units of the currency.'),
      per: z.int().min(1).max(most).default(1).describe('For so many units of cost.'),
    })
    .optional()
    .describe('What exceeds the included units costs; without a price, whatever is used costs nothing.'),
  currency: currency.optional().describe('Of fee and price; billing.currency unless given.'),
  rate: rate.optional().describe('Requests of one session of its consumers, as limits.perSession has them.'),
  burst: z.int().min(1).max(1_000_000_000).optional().describe('How many at once; as many as `rate` has.'),
  quota: z
    .strictObject({
      per: z.enum(['day', 'month']).default('month').describe('The calendar day or month, in UTC.'),
      requests: amount.optional().describe('Most operations of one of its consumers.'),
      cost: amount.optional().describe('Most they may cost together.'),
    })
    .optional()
    .describe('Where consumers are refused, as limits.quotas does; unlike `included`, which only costs.'),
});

const logOptions = z.strictObject({
  commit: durationBetween('10ms', '100ms')
    .prefault('50ms')
    .describe('How long a record may wait in memory, and so what a killed process loses.'),
  max: sizeBetween('1MB', '64GB')
    .prefault('512MB')
    .describe(
      'How much may wait for the store, some 150 bytes an operation; what comes then is lost, loudly.',
    ),
  keep: durationBetween('0', '400d')
    .prefault('0')
    .describe('How long files of the log stay once the store has what is in them; for who audits them.'),
});

export const billingOptions = z
  .strictObject({
    currency: currency.optional().describe('Of the plans that name none.'),
    plans: z
      .record(
        z.string().regex(/^[\x21-\x7e]{1,64}$/, 'expected up to 64 characters without spaces'),
        planOptions,
      )
      .default({})
      .describe('What consumers may agree to; none, and nothing is billed.'),
    consumers: z
      .record(z.string().min(1).max(200), z.string())
      .default({})
      .describe('Who is on which plan, whatever their tokens and keys say.'),
    log: logOptions.prefault({}),
  })
  .superRefine((options, context) => {
    const refuse = (path: string[], message: string) => context.addIssue({ code: 'custom', path, message });
    for (const [name, plan] of Object.entries(options.plans)) {
      for (const { path, message } of planFaults(plan, options.currency))
        refuse(['plans', name, ...path], message);
    }
    for (const [consumer, plan] of Object.entries(options.consumers)) {
      if (Object.hasOwn(options.plans, plan)) continue;
      refuse(
        ['consumers', consumer],
        `expected one of billing.plans: ${Object.keys(options.plans).join(', ') || 'there is none'}`,
      );
    }
  });

/** Durations in milliseconds, sizes in bytes, money in minor units. */
export type BillingOptions = z.output<typeof billingOptions>;
export type PlanOptions = z.output<typeof planOptions>;

interface PlanFault {
  readonly path: string[];
  readonly message: string;
}

/** What cannot be meant together. */
function planFaults(plan: PlanOptions, usual: string | undefined): readonly PlanFault[] {
  const { fee, included, price, currency: own = usual, burst, rate: perSession, quota } = plan;
  const faults: PlanFault[] = [];
  const add = (path: string[], message: string) => void faults.push({ path, message });
  if (own === undefined && fee > 0) add(['fee'], 'expected a currency beside it, or billing.currency');
  if (own === undefined && price) add(['price'], 'a price needs a currency beside it, or billing.currency');
  if (included > 0 && !price)
    add(['included'], 'expected a price beside it: without one nothing exceeds them');
  if (burst !== undefined && !perSession) add(['burst'], 'expected a rate beside it');
  if (quota && quota.requests === undefined && quota.cost === undefined)
    add(['quota'], 'found neither requests nor cost; allowed: at least one of them');
  if (quota?.per === 'month' && quota.cost !== undefined && quota.cost < included)
    add(
      ['quota', 'cost'],
      `expected at least ${included}, which are included: the rest of them could not be used`,
    );
  return faults;
}
