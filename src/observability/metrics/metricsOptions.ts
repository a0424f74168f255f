import { z } from 'zod';

const address = z
  .string()
  .regex(/^(\[[0-9a-fA-F:.]+\]|[\w.-]+):\d{1,5}$/, 'expected HOST:PORT, such as 0.0.0.0:9464')
  .transform((written) => {
    const at = written.lastIndexOf(':');
    return { host: written.slice(0, at).replace(/^\[|\]$/g, ''), port: Number(written.slice(at + 1)) };
  })
  .refine(({ port }) => port <= 65_535, { error: 'expected a port up to 65535' });

export const metricsOptions = z.strictObject({
  enabled: z.boolean().default(true).describe('Whether anything is counted for /metrics.'),
  listen: address
    .optional()
    .describe(
      'HOST:PORT where /metrics is also served, to anybody and without a token; the admin has it too, for those who may use that.',
    ),
  operations: z
    .int()
    .min(0)
    .max(2_000)
    .default(100)
    .describe(
      'Operations that have a name of their own in metrics, the busiest; 100 are some 2,000 series. The others are (other).',
    ),
});

export type MetricsOptions = z.output<typeof metricsOptions>;
