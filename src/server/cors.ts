import type { IncomingMessage } from 'node:http';
import { z } from 'zod';

export const corsOptions = z
  .strictObject({
    origins: z
      .array(z.string().min(1))
      .default([])
      .describe(
        'Origins whose pages may read answers, such as https://app.example; "*" for any. None by default.',
      ),
    credentials: z
      .boolean()
      .default(false)
      .describe('Whether those pages may send cookies and see the answer; not together with "*".'),
    allowHeaders: z
      .array(z.string().min(1))
      .default([])
      .describe('Request headers pages may send; empty allows those they ask for.'),
    exposeHeaders: z
      .array(z.string().min(1))
      .default(['x-request-id', 'ratelimit', 'ratelimit-policy', 'retry-after'])
      .describe('Response headers pages may read.'),
    maxAge: z.int().min(0).max(86_400).default(600).describe('Seconds a browser may keep the permission.'),
  })
  .refine(({ origins, credentials }) => !(credentials && origins.includes('*')), {
    path: ['credentials'],
    error: 'expected false beside the origin "*": browsers show such an answer to no page',
  });

/** `methods` are those that pages may be told of, for OPTIONS. */
type Cors = (request: IncomingMessage, methods?: string) => Record<string, string>;

/** The CORS headers an answer carries (Fetch standard, section 3.2); none for a page that is not allowed. */
export function createCors(options: z.output<typeof corsOptions>): Cors {
  const any = options.origins.includes('*');
  const origins = new Set(options.origins);
  return (request, methods = 'GET, POST') => {
    const { origin } = request.headers;
    if (options.origins.length === 0) return {};
    const mayRead = origin !== undefined && (any || origins.has(origin));
    // Also without an origin: a cache would give that answer, which nobody else may read, to the pages that may.
    if (!mayRead) return any ? {} : { vary: 'origin' };
    const headers: Record<string, string> = any
      ? { 'access-control-allow-origin': '*' }
      : { 'access-control-allow-origin': origin, vary: 'origin' };
    if (options.credentials) headers['access-control-allow-credentials'] = 'true';
    if (request.method !== 'OPTIONS') {
      if (options.exposeHeaders.length > 0)
        headers['access-control-expose-headers'] = options.exposeHeaders.join(', ');
      return headers;
    }
    const asked = request.headers['access-control-request-headers'];
    const allowed = options.allowHeaders.length > 0 ? options.allowHeaders.join(', ') : asked;
    headers['access-control-allow-methods'] = methods;
    if (allowed) headers['access-control-allow-headers'] = allowed;
    headers['access-control-max-age'] = String(options.maxAge);
    return headers;
  };
}
