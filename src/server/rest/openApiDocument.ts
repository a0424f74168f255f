import type { GraphQLSchema } from 'graphql';
import { sha256 } from '../../base/sha256.ts';
import type { Route } from '../../model/route.ts';
import type { NamedSchemas } from './jsonSchema.ts';
import { openApiOperation } from './openApiOperation.ts';
import { problemName, problemResponse, problemSchema } from './problemSchema.ts';
import type { RestOptions } from './restOptions.ts';

export interface OpenApiDocument {
  /** JSON; the same for the same routes and schema, whenever and wherever it is made. */
  readonly text: string;
}

/** The routes as OpenAPI 3.1 says them. Its version is a hash of what it says: it changes when a client may have to. */
export function openApiDocument(
  routes: readonly Route[],
  { schema, options }: { readonly schema: GraphQLSchema; readonly options: RestOptions },
): OpenApiDocument {
  const named: NamedSchemas = new Map();
  const ordered = routes.toSorted((one, other) => order(keyOf(one), keyOf(other)));
  const operationIds = new Set<string>();
  const paths = new Map<string, Record<string, object>>();
  for (const route of ordered) {
    const path = `/${route.segments.map((part) => ('literal' in part ? part.literal : `{${part.variable}}`)).join('/')}`;
    const operationId = idOf(route, operationIds);
    operationIds.add(operationId);
    const known = paths.get(path) ?? {};
    paths.set(path, known);
    known[route.method.toLowerCase()] = openApiOperation(route, { schema, named, operationId });
  }
  const content = {
    servers: [{ url: options.path }],
    security: [{}, { bearer: [] }, { apiKey: [] }],
    paths: Object.fromEntries(paths),
    components: {
      schemas: {
        [problemName]: problemSchema,
        ...Object.fromEntries([...named].sort(([one], [other]) => order(one, other))),
      },
      responses: { problem: problemResponse },
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer' },
        apiKey: { type: 'apiKey', in: 'header', name: 'x-api-key' },
      },
    },
  };
  const version = sha256(JSON.stringify(content)).slice(0, 12);
  return {
    text: JSON.stringify({ openapi: '3.1.0', info: { title: options.title, version }, ...content }),
  };
}

function keyOf({ path, method }: Route): string {
  return `${path} ${method}`;
}

function order(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

/** The operation's name, or one made of method and path where it has none or another route has it. */
function idOf({ definition, method, segments }: Route, taken: ReadonlySet<string>): string {
  const name = definition.name?.value;
  if (name !== undefined && !taken.has(name)) return name;
  const parts = segments.map((part) => ('literal' in part ? part.literal : `by_${part.variable}`));
  const made = [method.toLowerCase(), ...parts].join('_').replaceAll(/[^A-Za-z0-9_]/g, '_');
  let id = made;
  for (let count = 2; taken.has(id); count += 1) id = `${made}_${count}`;
  return id;
}
