import { z } from 'zod';
import { durationBetween, sizeBetween } from '../base/quantity.ts';

const age = durationBetween('0s', '30d');
const scope = z
  .enum(['PUBLIC', 'PRIVATE'])
  .describe('PRIVATE: kept for each session by itself, and for nobody without one.');
const ignored = z.array(
  z
    .string()
    .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}$/)
    .transform((name) => name.toLowerCase()),
);

const typeOptions = z.strictObject({ maxAge: age.optional(), scope: scope.optional() });

const subgraphOptions = z.strictObject({
  maxAge: age.optional().describe('In the place of the one for all.'),
  scope: scope.optional(),
  types: z
    .record(z.string(), typeOptions)
    .default({})
    .describe('For types of which the subgraph says nothing with @cacheControl.'),
  ignoreHeaders: ignored
    .default([])
    .describe(
      'Headers that this subgraph receives and that change nothing of what it says of PUBLIC fields; all others are part of the key.',
    ),
  maxStale: age.optional().describe('In the place of the one for all.'),
  staleIfError: age.optional().describe('In the place of the one for all.'),
  staleWhileRevalidate: age.optional().describe('In the place of the one for all.'),
});

const purgeOptions = z.strictObject({
  subgraph: z.string().optional(),
  type: z.string().optional(),
  key: z
    .record(z.string(), z.string())
    .optional()
    .describe('Key fields of the type; {$args.NAME} stands for an argument of the mutation.'),
  tag: z.string().optional(),
});

export const cacheOptions = z.strictObject({
  enabled: z
    .boolean()
    .default(true)
    .describe(
      'Whether anything is kept at all; without @cacheControl in a subgraph and without maxAge here nothing is.',
    ),
  store: z
    .union([z.literal('memory'), z.string().regex(/^rediss?:\/\/\S+$/)], {
      error: 'expected memory or a redis:// URL',
    })
    .default('memory')
    .meta({ secret: true })
    .describe('Where answers are kept: in this process, or in a Redis that several gateways share.'),
  maxBytes: sizeBetween('1MB', '64GB')
    .prefault('64MB')
    .describe('What the memory store may take; what was used longest ago is dropped first.'),
  timeout: durationBetween('1ms', '1s')
    .prefault('25ms')
    .describe(
      'How long Redis may take; a request waits two fifths of it, and then the subgraphs are asked instead.',
    ),
  maxAge: age
    .optional()
    .describe('How long fields are kept of which no subgraph says anything; without it they are not.'),
  maxStale: age
    .prefault('0s')
    .describe('The longest that an answer is used after its time, whatever the reason.'),
  staleIfError: age
    .optional()
    .describe(
      'So long after its time an answer is used when its subgraph fails; without it as long as maxStale.',
    ),
  staleWhileRevalidate: age
    .prefault('0s')
    .describe('So long after its time an answer is used while a new one is fetched in the background.'),
  subgraphs: z.record(z.string(), subgraphOptions).default({}).describe('What differs for one subgraph.'),
  audit: z
    .number()
    .min(0)
    .max(1)
    .default(0.001)
    .describe(
      'The part of fetches answered from PUBLIC entries that are asked for again with the own headers of who asks now, beside the request; a type whose answers depend on them is taken out of the public cache.',
    ),
  invalidateOn: z
    .record(z.string().regex(/^[_A-Za-z]\w*$/), z.array(purgeOptions).min(1))
    .default({})
    .describe('Field of Mutation: what is thrown away once it was answered.'),
});

export type CacheOptions = z.output<typeof cacheOptions>;
export type InvalidateOn = CacheOptions['invalidateOn'];
