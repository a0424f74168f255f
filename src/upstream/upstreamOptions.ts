import { z } from 'zod';
import { durationBetween, shareBetween, sizeBetween } from '../base/quantity.ts';
import { balanceOptions } from './balanceOptions.ts';
import { breakerOptions } from './breakerOptions.ts';
import { concurrencyOptions } from './concurrencyOptions.ts';
import { authOptions } from './credential.ts';
import { ejectionOptions } from './ejection.ts';
import { fallbackRules } from './fallbackRules.ts';
import { headerRules } from './headerRules.ts';
import { healthOptions } from './healthOptions.ts';
import { dnsOptions } from './nameLookup.ts';
import { ownOf } from './ownOf.ts';
import { responseHeaders } from './responseHeaders.ts';

const timeout = durationBetween('10ms', '1h');
const connections = z.int().min(1).max(4096);
const mostRetries = z.int().min(0).max(5);

const retryOptions = z.strictObject({
  max: mostRetries
    .default(1)
    .describe(
      'How often a query that failed on its way is sent again, to another instance first; 0 for never.',
    ),
  delay: durationBetween('0s', '1m')
    .prefault('25ms')
    .describe('The longest wait before the first time, doubled each time; the wait is any part of it.'),
  maxDelay: durationBetween('0s', '1m').prefault('250ms').describe('The longest of these waits.'),
  budget: shareBetween('0%', '100%')
    .prefault('10%')
    .describe(
      'Of the calls of the last ten seconds, so many may be sent again: a subgraph that fails gets no storm on top.',
    ),
  floor: z
    .int()
    .min(0)
    .max(1000)
    .default(3)
    .describe('So many a second may be sent again, where that is more.'),
});

const tlsOptions = z.strictObject({
  cert: z.string().min(1).optional().describe('Shown to the subgraph; with key.'),
  key: z.string().min(1).meta({ secret: true }).optional().describe('The key of cert.'),
  ca: z
    .string()
    .min(1)
    .optional()
    .describe('Whom to believe that it is the subgraph; those of the system unless set.'),
});

/** What may be said for one subgraph in the place of what is said for all. */
const subgraphOptions = z.strictObject({
  headers: headerRules.default([]),
  timeout: timeout.optional().describe('In the place of the one for all.'),
  retry: z.strictObject({ max: mostRetries.optional() }).default({}),
  breaker: ownOf(breakerOptions).describe('What of its breaker differs.'),
  concurrency: ownOf(concurrencyOptions).describe('What of its places differs.'),
  ejection: ownOf(ejectionOptions).describe('What differs for its instances.'),
  health: ownOf(healthOptions).describe('How its instances are asked how they are, where that differs.'),
  connections: connections.optional().describe('Most connections to an instance of it.'),
  auth: authOptions
    .optional()
    .describe('How the gateway shows this subgraph who it is, in the header authorization.'),
  tls: tlsOptions.optional().describe('Certificates for connections to this subgraph, as PEM.'),
  compression: z
    .enum(['gzip', 'identity'])
    .optional()
    .describe(
      'How messages of a KB or more are sent to it when it is a gRPC service; identity, as they are, unless set.',
    ),
  dns: dnsOptions
    .optional()
    .describe('Where its instances are, by name; in the place of those that are listed.'),
});

export const upstreamOptions = z.strictObject({
  timeout: timeout
    .prefault('10s')
    .describe('How long one call may take, from waiting for its turn to the last byte, with all its tries.'),
  connectTimeout: durationBetween('10ms', '5m')
    .prefault('1s')
    .describe('How long opening a connection may take; subgraphs are near.'),
  connections: connections
    .default(64)
    .describe('Most connections to an instance; so that one slow subgraph cannot take all sockets.'),
  concurrency: concurrencyOptions
    .prefault({})
    .describe('What one subgraph may take of the gateway, so that the others have the rest.'),
  retry: retryOptions.prefault({}).describe('Sending again what failed on its way.'),
  breaker: breakerOptions
    .prefault({})
    .describe('When a subgraph that fails is not asked for a while; its fields are null at once.'),
  ejection: ejectionOptions.prefault({}).describe('When one of several instances gets no calls for a while.'),
  health: healthOptions
    .prefault({})
    .describe('Asking instances how they are, besides watching how their calls end.'),
  dnsServers: z
    .array(z.string().min(1))
    .optional()
    .describe(
      'Name servers as IP:PORT, for subgraphs that are looked up by name; those of the system unless set.',
    ),
  balance: balanceOptions.prefault({}).describe('Which of several instances a call goes to.'),
  fallback: fallbackRules,
  deadlineHeader: z
    .union([z.literal(false), z.string().regex(/^[a-z0-9-]{1,64}$/)])
    .default('x-request-timeout-ms')
    .describe(
      'The header that tells a subgraph for how many milliseconds its answer is waited for; false for none.',
    ),
  maxResponse: sizeBetween('1KB', '1GB')
    .prefault('16MB')
    .describe('Largest answer that is read; bounds the memory of one call.'),
  maxValues: z
    .int()
    .min(1000)
    .max(100_000_000)
    .default(2_000_000)
    .describe(
      'Most objects, lists and members of them in an answer: an object of three characters takes sixty bytes of memory once it is read.',
    ),
  join: z
    .boolean()
    .default(true)
    .describe(
      'Whether queries that are the same in all a subgraph receives share one call while it is on its way.',
    ),
  headers: headerRules
    .default([])
    .describe(
      "Which headers subgraphs receive, rule by rule in this order; nothing of the client's travels on without one.",
    ),
  responseHeaders,
  errorExtensions: z
    .array(z.string().min(1))
    .default([])
    .describe("Names in a subgraph error's extensions that clients may see besides its code."),
  subgraphs: z
    .record(z.string(), subgraphOptions)
    .default({})
    .describe('What differs for one subgraph; its header rules are applied after those for all.'),
});

export type UpstreamOptions = z.output<typeof upstreamOptions>;
