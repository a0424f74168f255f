import { z } from 'zod';
import { durationBetween } from '../base/quantity.ts';

export const postgresOptions = z.strictObject({
  password: z
    .string()
    .min(1)
    .optional()
    .meta({ secret: true })
    .describe(
      'The password as it is, when it is not in the URL, where it would have to be percent-encoded; best from a file.',
    ),
  maxConnections: z
    .int()
    .min(1)
    .max(100)
    .default(5)
    .describe(
      'Connections of this process; 5, so that ten gateways stay within the 100 that a Postgres takes unless told otherwise.',
    ),
  connectTimeout: durationBetween('100ms', '60s')
    .prefault('2s')
    .describe(
      'How long connecting, or waiting for a free connection, may take; 2s, since a publish waits for it and a request may.',
    ),
  queryTimeout: durationBetween('100ms', '10m')
    .prefault('10s')
    .describe(
      'How long a statement, or a pause within a transaction, may take; 10s because ordinary ones take milliseconds. Migrations may take longer.',
    ),
  lockTimeout: durationBetween('100ms', '10m')
    .prefault('2s')
    .describe('How long to wait for what another gateway is changing; 2s, as with SQLite.'),
  idle: durationBetween('1s', '24h')
    .prefault('30s')
    .describe('How long a connection stays without work; 30s, so that a burst leaves nothing behind.'),
});

/** Durations in milliseconds. */
export type PostgresOptions = z.output<typeof postgresOptions>;
