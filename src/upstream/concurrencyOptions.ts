import { z } from 'zod';
import { durationBetween } from '../base/quantity.ts';

export const concurrencyOptions = z.strictObject({
  max: z
    .int()
    .min(1)
    .max(100_000)
    .optional()
    .describe('Most calls to a subgraph at a time; as many as its instances have connections unless set.'),
  min: z
    .int()
    .min(1)
    .max(100_000)
    .default(8)
    .describe('So many at a time there may always be, however slow the subgraph is.'),
  adapt: z
    .boolean()
    .default(true)
    .describe(
      'Whether fewer than the most are made while answers take more than twice as long as usual: a subgraph with too much to do is not helped by more.',
    ),
  queue: z
    .int()
    .min(0)
    .max(1_000_000)
    .default(1000)
    .describe('Most calls that wait for their turn; more fail at once with SUBGRAPH_OVERLOADED.'),
  wait: durationBetween('0s', '10m')
    .prefault('1s')
    .describe(
      'How long one may wait; a tenth of that once somebody has been waiting for so long without a break, for then it is no burst.',
    ),
});

export type ConcurrencyOptions = z.output<typeof concurrencyOptions>;
