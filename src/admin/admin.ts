/**
 * Admin: everything the registry can do, and the API keys of consumers, as GraphQL over HTTP on a port of its own
 * (`POST http://127.0.0.1:4100/graphql`), and `/metrics` beside it. The command line is its client, and so will the console be; it never sees a client's
 * request.
 *
 * Who may use it: on loopback without tokens whoever is on this machine, but no page in its browser (Host and Origin are checked);
 * with tokens whoever shows one. Bound to anything but loopback without tokens it refuses to start.
 *
 *   const admin = createAdmin(adminOptions.parse({}), { registry, source, planning, apiKeys, fetchSdl, status, log });
 *   const { url } = await admin.listen(); // 'http://127.0.0.1:4100'
 */

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { SluiceError } from '../base/errors.ts';
import type { Log } from '../model/log.ts';
import type { Metrics } from '../observability/observability.ts';
import { createAdminEndpoint } from './adminEndpoint.ts';
import { createAdminListener } from './adminListener.ts';
import { createAdminMetrics } from './adminMetrics.ts';
import { type AdminResolverParts, createAdminResolvers } from './adminResolvers.ts';
import { adminSchema } from './adminSchema.ts';
import { createAdmission } from './admission.ts';
import { exposureFault } from './exposureFault.ts';
import { reasonOf } from './reasonOf.ts';

export type { AdminStatus } from './adminStatus.ts';
export { type FetchSdl, fetchSdl } from './fetchSdl.ts';

const adminToken = z.strictObject({
  name: z.string().min(1).max(200).describe('Who holds the token; becomes the author of what they change.'),
  token: z
    .string()
    .min(16)
    .meta({ secret: true })
    .describe(
      'The token itself, at least 16 characters: written as a reference to the environment or a file.',
    ),
});

export const adminOptions = z
  .strictObject({
    port: z
      .int()
      .min(0)
      .max(65_535)
      .default(4100)
      .describe('Port of the admin API; 4100 leaves 4000 to the clients. 0 takes a free one.'),
    host: z
      .string()
      .min(1)
      .default('127.0.0.1')
      .describe('Address it is bound to; loopback, since whoever reaches it may change what is served.'),
    tokens: z
      .array(adminToken)
      .default([])
      .describe('Who may use it from where; empty, because nobody else reaches loopback.'),
  })
  .superRefine((options, context) => {
    const fault = exposureFault(options);
    if (fault) context.addIssue({ code: 'custom', path: ['host'], message: fault });
  });

export type AdminOptions = z.infer<typeof adminOptions>;

/** What it needs of others; see each field's own type. */
export interface AdminParts extends AdminResolverParts {
  /** Null where nothing is counted. */
  readonly metrics: Metrics | null;
  readonly log: Log;
}

export interface Admin {
  /** Starts to listen; the URL has no path: `http://127.0.0.1:4100`. BAD_USER_INPUT when the address cannot be had. */
  listen(): Promise<{ url: string }>;
  /** Takes no new requests, lets those in flight finish for a while, then ends them. */
  close(): Promise<void>;
}

/** Room for several subgraphs' SDL in one publish. */
const maxBodyBytes = 8 * 1024 ** 2;
const headersTimeoutMs = 10_000;
const requestTimeoutMs = 30_000;
const closeGraceMs = 5_000;

export function createAdmin(options: AdminOptions, parts: AdminParts): Admin {
  const fault = exposureFault(options);
  if (fault) throw new SluiceError('BAD_USER_INPUT', `admin.host: ${fault}`);
  const { log } = parts;
  const answerGraphql = createAdminEndpoint({
    schema: adminSchema(),
    resolvers: createAdminResolvers(parts),
    log,
  });
  const listener = createAdminListener({
    admission: createAdmission(options.tokens),
    answerGraphql,
    answerMetrics: createAdminMetrics(parts.metrics),
    maxBodyBytes,
    log,
  });
  const server = createServer(
    { headersTimeout: headersTimeoutMs, requestTimeout: requestTimeoutMs },
    listener,
  );

  return {
    async listen() {
      const listening = once(server, 'listening');
      server.listen(options.port, options.host);
      try {
        await listening;
      } catch (cause) {
        throw new SluiceError(
          'BAD_USER_INPUT',
          `The admin cannot listen (admin.host, admin.port): ${reasonOf(cause)}.`,
          { cause },
        );
      }
      const { address, port } = server.address() as AddressInfo;
      return { url: `http://${address.includes(':') ? `[${address}]` : address}:${port}` };
    },
    async close() {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      const grace = setTimeout(() => server.closeAllConnections(), closeGraceMs);
      try {
        await closed;
      } finally {
        clearTimeout(grace);
      }
    },
  };
}
