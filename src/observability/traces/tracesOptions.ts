import { z } from 'zod';
import { durationBetween } from '../../base/quantity.ts';

const collectorUrl = z
  .string()
  .regex(/^https?:\/\//, 'expected an http or https URL')
  .refine((url) => URL.canParse(url), { error: 'expected an http or https URL' });

export const tracesOptions = z.strictObject({
  endpoint: collectorUrl
    .optional()
    .describe(
      'The collector that gets traces, by OTLP over HTTP, such as http://127.0.0.1:4318; /v1/traces is added where there is no path. Without it nothing is traced, and nothing of tracing is loaded.',
    ),
  headers: z
    .record(z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}$/), z.string().meta({ secret: true }))
    .default({})
    .describe('Header fields that the collector wants, such as an authorization.'),
  sampling: z
    .number()
    .min(0)
    .max(1)
    .default(0.1)
    .describe(
      'The part of requests that are traced; a request that comes with a trace we go on with does as that one.',
    ),
  parent: z
    .enum(['proxies', 'trust', 'ignore'])
    .default('proxies')
    .describe(
      'Whose traceparent is gone on with: that of server.trustedProxies, of everybody (trust) or of nobody (ignore). Others could have all they ask traced.',
    ),
  service: z.string().min(1).max(200).default('sluice').describe('service.name of the spans.'),
  attributes: z
    .record(z.string().min(1), z.string())
    .default({})
    .describe('What else is said of this process, such as deployment.environment.name.'),
  interval: durationBetween('100ms', '1m')
    .prefault('5s')
    .describe('How often spans are sent; sooner when 512 wait.'),
  timeout: durationBetween('100ms', '1m')
    .prefault('10s')
    .describe('How long the collector may take for them.'),
  maxWaiting: z
    .int()
    .min(512)
    .max(1_000_000)
    .default(10_000)
    .describe(
      'Spans that wait while the collector takes none, the newest; 10,000 are about 20 MB, and a request has some eight.',
    ),
});

export type TracesOptions = z.output<typeof tracesOptions>;
