import { z } from 'zod';
import type { HeaderBack } from '../model/headerBack.ts';
import type { HttpResponse } from './tryOverHttp.ts';

/** Of one connection, of the body as it was sent, or the gateway's own: never a subgraph's to say. */
const never = new Set([
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'date',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'vary',
  'x-request-id',
]);

export const responseHeaders = z
  .array(
    z.strictObject({
      name: z
        .string()
        .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}$/)
        .transform((name) => name.toLowerCase())
        .refine((name) => !never.has(name) && !name.startsWith('access-control-'), {
          error: 'expected a header that does not belong to one connection, to the body or to the gateway',
        }),
      merge: z
        .enum(['first', 'last', 'append', 'mostRestrictive'])
        .default('append')
        .describe(
          'What becomes of the values of several subgraphs, in the order of their answers; mostRestrictive is for cache-control, and the least number otherwise.',
        ),
    }),
  )
  .default([])
  .describe("Headers of subgraphs' answers that go back to the client; none without a rule.");

type Rules = z.output<typeof responseHeaders>;

const noHeaders: readonly HeaderBack[] = [];

/** What of an answer's headers goes back. Cookies are for the caller whose call it was, and for nobody who shared it. */
export function headersBack(
  headers: HttpResponse['headers'],
  rules: Rules,
  isJoined: boolean,
): readonly HeaderBack[] {
  if (rules.length === 0) return noHeaders;
  return rules.flatMap(({ name, merge }) => {
    const value = headers[name];
    if (value === undefined || (isJoined && name === 'set-cookie')) return [];
    return [{ name, values: typeof value === 'string' ? [value] : value, merge }];
  });
}
