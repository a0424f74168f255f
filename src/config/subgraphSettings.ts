import { resolve } from 'node:path';
import { z } from 'zod';
import { urlFault } from '../base/forbiddenAddress.ts';
import type { InstanceAddress } from '../model/instanceAddress.ts';

/** Where a subgraph's schema is read from. */
export type SubgraphSchemaSource =
  | { /** Absolute path. */ readonly file: string }
  | { readonly subgraph_url: string; readonly introspection_headers: Readonly<Record<string, string>> }
  | { readonly import: ImportedSource };

/** What the SDL of a service that is no GraphQL server is written from. */
export interface ImportedSource {
  readonly kind: 'proto' | 'openapi' | 'reflection';
  /** Absolute path, or the URL of an OpenAPI document or of the service that tells of itself. */
  readonly file: string;
  /** Absolute path; null without one. */
  readonly mapping: string | null;
  /** Absolute paths. */
  readonly includes: readonly string[];
  /** Sent along when the service is asked. */
  readonly headers: Readonly<Record<string, string>>;
}

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
    proto: z
      .string()
      .min(1)
      .optional()
      .describe('The .proto file of a gRPC service; relative to the folder of this file.'),
    openapi: z
      .string()
      .min(1)
      .optional()
      .describe('The OpenAPI document (3.0 or 3.1) of a REST service: a file, or a URL.'),
    reflection: z
      .union([z.literal(true), subgraphUrl])
      .optional()
      .describe(
        'Whether a gRPC service is asked for its .proto files by server reflection; a URL where that is another than routing_url.',
      ),
    mapping: z
      .string()
      .min(1)
      .optional()
      .describe('SDL that stands over what is made of proto, openapi or reflection: names, keys, entities.'),
    includes: z
      .array(z.string().min(1))
      .optional()
      .describe('Folders that proto or openapi may take other files from.'),
    introspection_headers: z
      .record(headerName, headerValue.meta({ secret: true }))
      .optional()
      .describe('Header fields sent to subgraph_url, or metadata sent with reflection.'),
  })
  .superRefine((source, context) => {
    const { file, subgraph_url: url, proto, openapi, reflection, mapping, includes } = source;
    const imported = [proto, openapi, reflection].filter((each) => each !== undefined);
    const refuse = (message: string, path: string[] = []): void =>
      context.addIssue({ code: 'custom', path, message });
    if ([file, url, ...imported].filter((each) => each !== undefined).length !== 1)
      refuse('expected exactly one of file, subgraph_url, proto, openapi and reflection');
    else if (imported.length === 0 && (mapping !== undefined || includes !== undefined))
      refuse('expected mapping and includes with proto, openapi or reflection only');
    else if (reflection !== undefined && includes !== undefined)
      refuse('expected no includes with reflection: the service tells of all its files');
    else if (url === undefined && reflection === undefined && source.introspection_headers !== undefined)
      refuse('expected introspection_headers with subgraph_url or reflection only; a file needs none', [
        'introspection_headers',
      ]);
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
      schema: schemaSource.describe(
        'Where the schema comes from: file, subgraph_url, proto, openapi or reflection.',
      ),
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
          message: 'expected a URL, since schema names none',
        });
        return z.NEVER;
      }
      return {
        routing_url: routingUrl,
        instances,
        schema: sourceOf(schema, { folder, routingUrl }),
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

function sourceOf(
  schema: z.output<typeof schemaSource>,
  { folder, routingUrl }: { folder: string; routingUrl: string },
): SubgraphSchemaSource {
  const { file, proto, openapi, reflection, mapping, includes = [], subgraph_url: url } = schema;
  const headers = withoutPrototype(schema.introspection_headers ?? {});
  if (file !== undefined) return { file: resolve(folder, file) };
  const imported = {
    mapping: mapping === undefined ? null : resolve(folder, mapping),
    includes: includes.map((path) => resolve(folder, path)),
    headers,
  };
  if (reflection !== undefined)
    return {
      import: { kind: 'reflection', file: reflection === true ? routingUrl : reflection, ...imported },
    };
  if (proto !== undefined) return { import: { kind: 'proto', file: resolve(folder, proto), ...imported } };
  if (openapi === undefined) return { subgraph_url: url ?? routingUrl, introspection_headers: headers };
  const isUrl = /^https?:/.test(openapi);
  return { import: { kind: 'openapi', file: isUrl ? openapi : resolve(folder, openapi), ...imported } };
}

/** Names from outside must not meet those of Object.prototype. */
function withoutPrototype<Value>(record: Readonly<Record<string, Value>>): Readonly<Record<string, Value>> {
  return Object.assign(Object.create(null) as Record<string, Value>, record);
}
