import { z } from 'zod';
import { durationBetween, sizeBetween } from '../base/quantity.ts';

const retentionOptions = z
  .strictObject({
    minutes: durationBetween('2h', '30d')
      .prefault('6h')
      .describe(
        'How long sums by the minute are kept; 6h, for they are the most, and hours show a day well.',
      ),
    hours: durationBetween('2d', '400d')
      .prefault('30d')
      .describe('How long sums by the hour are kept, and examples of errors.'),
    days: durationBetween('7d', '3650d')
      .prefault('400d')
      .describe(
        'How long sums by the day are kept, and which fields were used; 400d compares with last year.',
      ),
  })
  .refine(({ minutes, hours, days }) => minutes <= hours && hours <= days, {
    error: 'expected minutes to be kept no longer than hours, and hours no longer than days',
  });

const maxOptions = z.strictObject({
  operations: z
    .int()
    .min(10)
    .max(100_000)
    .default(2000)
    .describe('Most operations told apart in a minute, the busiest; the others are counted together.'),
  clients: z.int().min(10).max(100_000).default(500).describe('The same for names of clients.'),
  consumers: z.int().min(10).max(100_000).default(2000).describe('The same for consumers.'),
  groups: z
    .int()
    .min(100)
    .max(1_000_000)
    .default(5000)
    .describe('Most combinations of two of them, such as an operation and a client, in a minute.'),
});

export const analyticsOptions = z.strictObject({
  enabled: z.boolean().default(true).describe('Whether usage is recorded.'),
  region: z
    .string()
    .regex(/^[\x21-\x7e]{0,64}$/, 'expected up to 64 characters without spaces')
    .default('')
    .describe('Where this gateway stands, for comparing; a name such as eu-1.'),
  interval: durationBetween('100ms', '1m')
    .prefault('5s')
    .describe('How often what was counted is written; a process that is killed loses as much.'),
  maxWaiting: sizeBetween('1MB', '1GB')
    .prefault('64MB')
    .describe('Memory for what the store does not take; 64MB is some hours of an ordinary gateway.'),
  retention: retentionOptions.prefault({}),
  max: maxOptions.prefault({}),
});

/** Durations in milliseconds, sizes in bytes. */
export type AnalyticsOptions = z.output<typeof analyticsOptions>;
