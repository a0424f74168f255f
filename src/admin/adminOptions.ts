import { z } from 'zod';
import { durationBetween } from '../base/quantity.ts';
import { exposureFault } from './exposureFault.ts';
import { roles } from './role.ts';

const printable = /^[^\p{Cc}]+$/u;

const adminToken = z
  .strictObject({
    name: z
      .string()
      .min(1)
      .max(200)
      .regex(printable, 'expected no control characters')
      .describe(
        'Who holds the token; becomes the author of what they change. May stand there twice, to rotate.',
      ),
    token: z
      .string()
      .min(16)
      .max(4096)
      .regex(/^[\x21-\x7e]+$/, 'expected printable characters without spaces')
      .meta({ secret: true })
      .describe(
        'The token itself, at least 16 characters: written as a reference to the environment or a file.',
      ),
    role: z
      .enum(roles)
      .default('viewer')
      .describe(
        'viewer reads, publisher also checks and publishes, operator does everything; viewer, so that nobody may more by oversight.',
      ),
    subgraphs: z
      .array(z.string().min(1))
      .min(1)
      .optional()
      .describe('The subgraphs that a publisher may check, publish and unpublish; all unless it is set.'),
  })
  .refine(({ role, subgraphs }) => subgraphs === undefined || role === 'publisher', {
    path: ['subgraphs'],
    error: 'expected none: only a publisher can be limited to some',
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
      .max(1000)
      .default([])
      .superRefine(refuseTwice)
      .describe('Who may use it from where; empty, because nobody else reaches loopback.'),
    audit: z
      .strictObject({
        keep: durationBetween('1d', '3650d')
          .prefault('400d')
          .describe('How long it is kept who changed what; 400d, so that a year can be looked back on.'),
      })
      .prefault({}),
  })
  .superRefine((options, context) => {
    const fault = exposureFault(options);
    if (fault) context.addIssue({ code: 'custom', path: ['host'], message: fault });
  });

export type AdminOptions = z.output<typeof adminOptions>;
export type AdminToken = z.output<typeof adminToken>;

/** A token is somebody's: with one for two, the audit could not tell them apart. */
function refuseTwice(tokens: readonly { readonly token: string }[], context: z.core.$RefinementCtx): void {
  const seen = new Set<string>();
  for (const [at, { token }] of tokens.entries()) {
    if (seen.has(token))
      context.addIssue({
        code: 'custom',
        path: [at, 'token'],
        message: 'expected another token than that of an entry above',
      });
    seen.add(token);
  }
}
