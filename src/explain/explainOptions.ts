import { z } from 'zod';
import { durationBetween, sizeBetween } from '../base/quantity.ts';

export const explainOptions = z.strictObject({
  enabled: z
    .boolean()
    .default(true)
    .describe('Whether requests are kept to be explained: those with errors, slow ones and a sample.'),
  slow: durationBetween('1ms', '1h')
    .prefault('1s')
    .describe('From when on a request is slow, and kept for it; after 1s people notice.'),
  sample: z
    .number()
    .min(0)
    .max(1)
    .default(0.001)
    .describe('The part of all other requests that is kept too; one in a thousand, to compare with.'),
  memory: sizeBetween('256KB', '1GB')
    .prefault('4MB')
    .describe('Memory for the last ones kept; a request takes 2 to 4 KB.'),
  retention: durationBetween('10m', '90d')
    .prefault('24h')
    .describe('How long they are in the store; a day, for who asks about an error asks soon.'),
  max: z
    .int()
    .min(100)
    .max(10_000_000)
    .default(20_000)
    .describe('Most of them in the store, the newest; 20,000 take some 60 MB.'),
});

/** Durations in milliseconds, sizes in bytes. */
export type ExplainOptions = z.output<typeof explainOptions>;
