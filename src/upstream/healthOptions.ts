import { z } from 'zod';
import { durationBetween } from '../base/quantity.ts';

export const healthOptions = z.strictObject({
  check: z
    .union([z.enum(['off', 'query']), z.string().regex(/^\/[\x21-\x7e]*$/)])
    .default('off')
    .describe(
      'How instances are asked how they are: not at all, with the query { __typename }, or with GET of a path of theirs such as /health.',
    ),
  interval: durationBetween('100ms', '1h').prefault('5s').describe('How often each is asked.'),
  timeout: durationBetween('10ms', '1m').prefault('1s').describe('How long it may take to answer.'),
  healthyAfter: z
    .int()
    .min(1)
    .max(100)
    .default(2)
    .describe('So many good answers in a row, and it gets calls again.'),
  unhealthyAfter: z
    .int()
    .min(1)
    .max(100)
    .default(3)
    .describe('So many bad ones in a row, and it gets none, as long as most of the others are well.'),
});

export type HealthOptions = z.output<typeof healthOptions>;
