import { z } from 'zod';

export const restOptions = z.strictObject({
  path: z
    .string()
    .regex(/^(?:\/[\w-][\w.-]*)+$/)
    .default('/rest')
    .describe('The path that routes of trusted documents are served below.'),
  openapi: z
    .boolean()
    .default(true)
    .describe('Whether the OpenAPI document of the routes is served, at openapi.json below that path.'),
  title: z
    .string()
    .min(1)
    .default('Routes of the supergraph')
    .describe('What the OpenAPI document calls the API.'),
});

export type RestOptions = z.output<typeof restOptions>;
