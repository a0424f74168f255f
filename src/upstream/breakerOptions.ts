import { z } from 'zod';
import { durationBetween, shareBetween } from '../base/quantity.ts';
import { ruleMode } from '../base/ruleMode.ts';

export const breakerOptions = z.strictObject({
  mode: ruleMode,
  minCalls: z
    .int()
    .min(1)
    .max(100_000)
    .default(10)
    .describe(
      'Fewer calls within the window say nothing: it does not open for a share of them. It opens when so many in a row failed.',
    ),
  failureRate: shareBetween('1%', '100%')
    .prefault('50%')
    .describe('Opens when this share of the calls in the window failed.'),
  slowRate: shareBetween('1%', '100%')
    .prefault('80%')
    .describe('Opens when this share of them took more than four fifths of their timeout.'),
  connectFailures: z
    .int()
    .min(1)
    .max(100_000)
    .default(5)
    .describe('Opens when so many calls in a row found nobody who takes connections.'),
  silence: durationBetween('100ms', '10m')
    .prefault('2s')
    .describe(
      'Opens when minCalls calls wait and not one answer came for so long, nor for four times as long as the slowest of late took: it hangs, and what waits is given up.',
    ),
  window: durationBetween('100ms', '10m')
    .prefault('10s')
    .describe('The time in which calls are counted; long enough for a slow subgraph to be seen as such.'),
  open: durationBetween('10ms', '10m')
    .prefault('1s')
    .describe('How long it stays open before one call tries again; doubled each time that fails.'),
  maxOpen: durationBetween('10ms', '1h')
    .prefault('1500ms')
    .describe(
      'The longest of these times: one call in 1.5 s is no load, and clients wait no longer for what is well again.',
    ),
  probes: z
    .int()
    .min(1)
    .max(1000)
    .default(3)
    .describe('So many calls, one at a time, have to succeed before more are let through.'),
  ramp: durationBetween('0s', '10m')
    .prefault('5s')
    .describe('How long it takes from one call in ten to all: whoever comes back meets no crowd.'),
});

export type BreakerOptions = z.output<typeof breakerOptions>;
