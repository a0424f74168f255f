import { resolve } from 'node:path';
import { z } from 'zod';
import { urlFault } from '../base/forbiddenAddress.ts';
import type { InstanceAddress } from '../model/instanceAddress.ts';

/** Where a subgraph's schema is read from. */
export type SubgraphSchemaSource =
  | { /** Absolute path. */ readonly file: string }
  | { readonly subgraph_url: string; readonly introspection_headers: Readonly<Record<string, string>> };

/** A subgraph as supergraph.yaml lists it; the key names are those of `rover supergraph compose`. */
export interface SubgraphSettings {
  readonly routing_url: string;
  /** Its running copies, which are called instead of the routing URL; none when that is the only one. */
  readonly instances: readonly InstanceAddress[];
  readonly schema: SubgraphSchemaSource;
  /** How `sluice dev` starts it; null when it is started elsewhere. */
  readonly dev: null | {
    readonly command: string;
    /** Absolute path. */
    readonly cwd: string;
    readonly env: Readonly<Record<string, string>>;
  };
}

export const federationVersion = z
  .union([z.string(), z.number()])
  .transform(String)
  .refine((version) => /^=?2(\.\d{1,3}){0,2}$/.test(version), {
    error: 'expected 2, or a version such as =2.14',
  })
  .nullable()
  .default(null)
  .describe(
    'Version of Apollo Federation, as rover writes it; only 2 is composed, so nothing depends on it yet.',
  );

const subgraphUrl = z.string().superRefine((text, context) => {
  const fault = urlFault(text);
  if (fault)
    context.addIssue({
      code: 'custom',
      message: `expected an http: or https: URL that may be called; this one ${fault}`,
    });
});

const subgraphName = z.string().regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/, {
  error: 'expected a name of up to 64 letters, digits, _ and -, a letter first',
});

const headerName = z
  .string()
  .regex(/^[\w!#$%&'*+.^`|~-]+$/, { error: 'expected the name of an HTTP header' });
const headerValue = z
  .string()
  .regex(/^[\t\x20-\x7e\x80-\xff]*$/, { error: 'expected one line without control characters' });

const schemaSource = z
  .strictObject({
    file: z
      .string()
      .min(1)
      .optional()
      .describe("File with the subgraph's SDL; relative to the folder of this file."),
    subgraph_url: subgraphUrl
      .optional()
      .describe('URL that answers _service { sdl }, asked when the subgraph is published.'),
    introspection_headers: z
      .record(headerName, headerValue.meta({ secret: true }))
      .optional()
      .describe('Header fields sent to subgraph_url.'),
  })
  .superRefine((source, context) => {
    if ((source.file === undefined) === (source.subgraph_url === undefined)) {
      context.addIssue({ code: 'custom', message: 'expected exactly one of file and subgraph_url' });
    } else if (source.file !== undefined && source.introspection_headers !== undefined) {
      const message = 'expected introspection_headers with subgraph_url only; a file needs none';
      context.addIssue({ code: 'custom', path: ['introspection_headers'], message });
    }
  });

const devCommand = z.strictObject({
  command: z.string().min(1).describe('Command line that starts the subgraph.'),
  cwd: z.string().min(1).default('.').describe('Folder it runs in; relative to the folder of this file.'),
  env: z
    .record(z.string().regex(/^[^=\0]+$/), z.union([z.string(), z.int(), z.boolean()]).transform(String))
    .prefault({})
    .describe('Environment variables on top of those of sluice.'),
});

const instance = z
  .union([
    subgraphUrl,
    z.strictObject({
      url: subgraphUrl.describe('Where this instance takes operations.'),
      weight: z
        .number()
        .min(0.001)
        .max(1_000_000)
        .default(1)
        .describe("Its share of the calls beside the others'."),
      zone: z
        .string()
        .min(1)
        .optional()
        .describe('What it shares its fate with, such as a data centre; see upstream.balance.zone.'),
    }),
  ])
  .transform((written): InstanceAddress => {
    if (typeof written === 'string') return { url: written, weight: 1, zone: null };
    return { ...written, zone: written.zone ?? null };
  });

/** The `subgraphs` section; relative paths start from `folder`. */
export function subgraphsSection(folder: string) {
  const subgraph = z
    .strictObject({
      routing_url: subgraphUrl
        .optional()
        .describe('Where operations are sent; subgraph_url when it is not given.'),
      instances: z
        .array(instance)
        .optional()
        .describe('The running copies of it, which are called instead of routing_url.'),
      schema: schemaSource.describe('Where the schema comes from: file or subgraph_url.'),
      dev: devCommand.optional().describe('How `sluice dev` starts this subgraph.'),
    })
    // A subgraph may well be called `tokens`.
    .meta({ secret: false })
    .transform(({ routing_url, instances = [], schema, dev }, context): SubgraphSettings => {
      const routingUrl = routing_url ?? schema.subgraph_url ?? instances[0]?.url;
      if (routingUrl === undefined) {
        context.addIssue({
          code: 'custom',
          path: ['routing_url'],
          message: 'expected a URL, since schema.file names none',
        });
        return z.NEVER;
      }
      const { file, subgraph_url: askedUrl = routingUrl, introspection_headers: headers = {} } = schema;
      return {
        routing_url: routingUrl,
        instances,
        schema:
          file === undefined
            ? { subgraph_url: askedUrl, introspection_headers: withoutPrototype(headers) }
            : { file: resolve(folder, file) },
        dev: dev ? { ...dev, cwd: resolve(folder, dev.cwd), env: withoutPrototype(dev.env) } : null,
      };
    });
  return z
    .record(subgraphName, subgraph)
    .default({})
    .transform(withoutPrototype)
    .describe(
      'The subgraphs by name; each is published when its schema differs from the one last published from it.',
    );
}

/** Names from outside must not meet those of Object.prototype. */
function withoutPrototype<Value>(record: Readonly<Record<string, Value>>): Readonly<Record<string, Value>> {
  return Object.assign(Object.create(null) as Record<string, Value>, record);
}
