import { z } from 'zod';
import { durationBetween, sizeBytes } from '../base/quantity.ts';

const compositionOptions = z.strictObject({
  timeout: durationBetween('100ms', '10m')
    .prefault('30s')
    .describe('How long one composition may take; 30s because 50 ordinary subgraphs take less than one.'),
  memory: sizeBytes
    .refine((bytes) => bytes >= 64 * 1024 ** 2, 'expected at least 64MB')
    .prefault('512MB')
    .describe(
      'Heap of the composing thread; 512MB composes ten thousand types and stops what would eat the machine.',
    ),
  idle: durationBetween('1s', '24h')
    .prefault('60s')
    .describe(
      'How long the thread stays without work; 60s keeps it warm for a row of publishes and then gives its memory back.',
    ),
});

const supergraphOptions = z.strictObject({
  interval: durationBetween('100ms', '24h')
    .prefault('10s')
    .describe(
      'How often `serve --supergraph URL` asks for a new one; 10s, since an unchanged one costs a 304.',
    ),
  timeout: durationBetween('100ms', '10m')
    .prefault('10s')
    .describe('How long one such call may take, the body included.'),
  maxSize: sizeBytes
    .prefault('20MB')
    .describe('The largest supergraph read from a URL or file; 20MB is four times the largest SDL.'),
});

const checksOptions = z.strictObject({
  since: durationBetween('1h', '400d')
    .prefault('30d')
    .describe(
      'How far back `sluice check` looks for operations that a change would break; 30d sees what runs once a month.',
    ),
  operations: z
    .int()
    .min(1)
    .max(100_000)
    .default(5000)
    .describe('Most operations it looks at, the busiest first.'),
});

export const registryOptions = z.strictObject({
  breakingChanges: z
    .enum(['refuse', 'allow'])
    .default('refuse')
    .describe(
      'What a publish does that would break clients: refused unless it says otherwise, since nothing warns them afterwards.',
    ),
  maxSdl: sizeBytes
    .refine((bytes) => bytes >= 1024, 'expected at least 1KB')
    .prefault('5MB')
    .describe('The largest SDL of a subgraph; 5MB is a hundred times an ordinary one.'),
  poll: durationBetween('50ms', '1h')
    .prefault('250ms')
    .describe(
      'How often to look what other processes published, and whether a store that failed is back; 250ms, one small read each, leaves time to build what was published within the second.',
    ),
  checks: checksOptions
    .prefault({})
    .describe('What clients asked lately, where usage is recorded (analytics).'),
  composition: compositionOptions.prefault({}).describe('What a composition may cost.'),
  supergraph: supergraphOptions
    .prefault({})
    .describe('A supergraph served from a URL or file, without the registry.'),
});

/** Durations in milliseconds, sizes in bytes. */
export type RegistryOptions = z.output<typeof registryOptions>;
