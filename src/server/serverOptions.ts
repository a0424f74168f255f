import { z } from 'zod';
import { addressRange } from '../base/addressRanges.ts';
import { durationBetween, sizeBetween } from '../base/quantity.ts';
import { corsOptions } from './cors.ts';
import { restOptions } from './rest/restOptions.ts';

export const serverOptions = z.strictObject({
  port: z
    .int()
    .min(0)
    .max(65_535)
    .default(4000)
    .describe('Where operations are served; 0 takes any free port.'),
  host: z
    .string()
    .min(1)
    .optional()
    .describe('The address to listen on; all of them unless set, 127.0.0.1 in `sluice dev`.'),
  path: z
    .string()
    .regex(/^\/[\w/.-]*$/)
    .default('/graphql')
    .describe('The path operations are served at.'),
  rest: restOptions.prefault({}),
  trustedProxies: z
    .array(addressRange)
    .default([])
    .describe(
      'Addresses whose X-Forwarded-For and X-Request-Id are believed; anybody else could write what they like.',
    ),
  forwardedHeader: z
    .enum(['x-forwarded-for', 'forwarded'])
    .default('x-forwarded-for')
    .describe(
      'The header in which those proxies write whom they heard from; only this one is read, since they pass the other on as a client wrote it.',
    ),
  maxConnections: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(10_000)
    .describe('Open connections; more are refused at once.'),
  headers: z
    .strictObject({
      max: sizeBetween('8KB', '1MB')
        .prefault('64KB')
        .describe('Largest header section; room for a long token.'),
      maxCount: z.int().min(10).max(10_000).default(100).describe('Most header fields.'),
      timeout: durationBetween('100ms', '5m')
        .prefault('10s')
        .describe('How long they may take to arrive: a slow sender holds a socket.'),
    })
    .prefault({}),
  body: z
    .strictObject({
      max: sizeBetween('1KB', '256MB')
        .prefault('2MB')
        .describe('Largest body, as sent and again after inflating.'),
      maxRatio: z
        .int()
        .min(2)
        .max(10_000)
        .default(100)
        .describe('How many times larger inflating may make a body.'),
      timeout: durationBetween('100ms', '1h').prefault('30s').describe('How long it may take to arrive.'),
      idleTimeout: durationBetween('100ms', '1h')
        .prefault('10s')
        .describe('How long it may stand still on its way.'),
    })
    .prefault({}),
  response: z
    .strictObject({
      idleTimeout: durationBetween('1s', '1h')
        .prefault('30s')
        .describe(
          'How long a client may take nothing of its answer: unread, it holds memory and its supergraph version.',
        ),
    })
    .prefault({}),
  requestTimeout: durationBetween('100ms', '1h')
    .prefault('30s')
    .describe(
      'How long a request may take, all in all. Subgraphs get less, so that what was had until then is still answered; REQUEST_TIMEOUT is for what else was late.',
    ),
  keepAlive: durationBetween('1s', '1h')
    .prefault('65s')
    .describe('How long an idle connection is kept; longer than common load balancers do.'),
  batch: z
    .strictObject({
      max: z
        .int()
        .min(0)
        .max(100)
        .default(0)
        .describe('Most operations in one body; 0 switches batching off.'),
    })
    .prefault({}),
  cors: corsOptions.prefault({}),
  compression: z
    .strictObject({
      enabled: z
        .boolean()
        .default(true)
        .describe('Whether answers are compressed for clients that ask for it.'),
      min: sizeBetween('0B', '10MB')
        .prefault('1KB')
        .describe('Smaller answers are sent as they are: they fit one packet anyway.'),
    })
    .prefault({}),
  drain: z
    .strictObject({
      delay: durationBetween('0s', '10m')
        .prefault('5s')
        .describe(
          'How long requests are still served after /health/ready says no: balancers need that long to notice.',
        ),
      grace: durationBetween('0s', '1h')
        .prefault('30s')
        .describe('How long requests in flight may then take before they are cut off.'),
    })
    .prefault({}),
});

export type ServerOptions = z.output<typeof serverOptions>;
