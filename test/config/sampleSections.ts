import { z } from 'zod';
import { durationMs, sizeBytes } from '../../src/base/quantity.ts';

/** Sections of nobody, with one of everything that options are written with. */
export const sampleSections = {
  server: z.strictObject({
    port: z.int().min(0).max(65_535).default(4000).describe('Where it listens.'),
    host: z.string().min(1).optional(),
    path: z.string().regex(/^\//).default('/graphql'),
    body: z
      .strictObject({ max: sizeBytes.prefault('2MB'), timeout: durationMs.prefault('30s') })
      .prefault({}),
  }),
  admin: z
    .strictObject({
      port: z.int().min(0).max(65_535).default(4100),
      host: z.string().default('127.0.0.1'),
      tokens: z
        .array(z.strictObject({ name: z.string(), token: z.string().min(8).meta({ secret: true }) }))
        .default([]),
    })
    .superRefine(({ host, tokens }, context) => {
      if (host !== '127.0.0.1' && tokens.length === 0) {
        context.addIssue({
          code: 'custom',
          path: ['host'],
          message: 'expected 127.0.0.1 unless there are tokens',
        });
      }
    }),
  limits: z.strictObject({
    mode: z.enum(['off', 'log', 'enforce']).default('log'),
    operation: z
      .strictObject({ tokens: z.int().min(100).default(15_000), ratio: z.number().max(1).default(0.5) })
      .prefault({}),
    perKey: z.record(z.string().regex(/^[a-z]+$/), z.number().multipleOf(5)).default({}),
  }),
  upstream: z.strictObject({
    on: z.boolean().default(true),
    url: z.url().optional(),
    headers: z
      .array(
        z.union([
          z.strictObject({ propagate: z.string(), as: z.string().optional() }),
          z.strictObject({ set: z.record(z.string(), z.string()) }),
        ]),
      )
      .max(3)
      .default([]),
  }),
  store: z
    .discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('memory'), max: z.int().default(100) }),
      z.strictObject({ kind: z.literal('redis'), url: z.string(), password: z.string().optional() }),
    ])
    .prefault({ kind: 'memory' }),
  remark: z
    .strictObject({ phrase: z.string().default('').meta({ secret: true }) })
    .refine(({ phrase }) => phrase !== 'wrong phrase', {
      path: ['phrase'],
      error: ({ input }) => `it said ${JSON.stringify(input)}`,
    }),
};
