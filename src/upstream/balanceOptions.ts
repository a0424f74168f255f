import { z } from 'zod';
import { durationBetween } from '../base/quantity.ts';

export const balanceOptions = z.strictObject({
  by: z
    .enum(['leastLoad', 'roundRobin'])
    .default('leastLoad')
    .describe(
      'Which instance a call goes to: of two drawn by weight the one with less to do (calls on their way × how long its answers take), or each in turn by weight.',
    ),
  zone: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Where this gateway runs: instances of the same zone come first, as long as most of them are well.',
    ),
  slowStart: durationBetween('0s', '1h')
    .prefault('10s')
    .describe(
      'How long it takes a new instance to come from a tenth of its share to all of it: its caches are cold.',
    ),
});

export type BalanceOptions = z.output<typeof balanceOptions>;
