import { Kind, type OperationDefinitionNode, type TypeNode } from 'graphql';
import type { Route, RouteMethod, RouteSegment, RouteVariable } from '../model/route.ts';

/** A route as somebody wrote it. */
export interface WrittenRoute {
  readonly method: string;
  readonly path: string;
  readonly body?: string | undefined;
  readonly unwrap: boolean;
  readonly created: boolean;
}

export interface RouteOperation {
  /** Of the whole document, without `@http`. */
  readonly text: string;
  readonly definition: OperationDefinitionNode;
  /** Where the route is written. */
  readonly where: string;
}

export const routeMethods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
const methodsWithBody = new Set<RouteMethod>(['POST', 'PUT', 'PATCH']);

/** Longer ones nobody writes. */
const maxSegments = 32;
const reserved = '/openapi.json';

/** Where each variable comes from, and how the answer looks. Throws what does not go together, beginning with where it is written. */
export function createRoute(written: WrittenRoute, { text, definition, where }: RouteOperation): Route {
  const { path, body, unwrap, created: isCreation } = written;
  const refuse = (what: string): never => {
    throw new Error(`${where}: ${what}`);
  };
  const method = routeMethods.find((name) => name === written.method);
  if (!method) return refuse(`the method is ${written.method}; allowed: ${routeMethods.join(', ')}`);
  const { operation: kind } = definition;
  if (kind === 'subscription') refuse('a subscription has no route; allowed: queries and mutations');
  if (kind === 'mutation' && method === 'GET')
    refuse('a mutation is not asked by GET; allowed: POST, PUT, PATCH, DELETE');
  if (kind === 'query' && method !== 'GET' && method !== 'POST')
    refuse(`a query changes nothing, and ${method} says it would; allowed: GET, POST`);
  const hasBody = methodsWithBody.has(method);
  if (body !== undefined && !hasBody) refuse(`a ${method} has no body that could be "${body}"`);

  if (isCreation && (kind !== 'mutation' || (method !== 'POST' && method !== 'PUT')))
    refuse(`"created" is for mutations by POST or PUT, and this is a ${kind} by ${method}`);

  const segments = segmentsOf(path, refuse);
  const inPath = new Set(segments.flatMap((segment) => ('variable' in segment ? [segment.variable] : [])));
  const defined = definition.variableDefinitions ?? [];
  const names = new Set(defined.map(({ variable }) => variable.name.value));
  for (const name of [...inPath, ...(body === undefined ? [] : [body])])
    if (!names.has(name)) refuse(`the operation has no variable $${name}; it has ${listed(names)}`);
  if (body !== undefined && inPath.has(body)) refuse(`$${body} is in the path already`);

  const elsewhere = hasBody && body === undefined ? 'body' : 'query';
  const variables = defined.map(({ variable, type, defaultValue }): RouteVariable => {
    const name = variable.name.value;
    const from = inPath.has(name) ? 'path' : name === body ? 'body' : elsewhere;
    const depth = listDepth(type);
    if (from === 'path' && depth > 0) refuse(`$${name} is a list, which a path cannot hold`);
    if (from === 'query' && depth > 1)
      refuse(`$${name} is a list of lists, which a query string cannot hold`);
    const isRequired = type.kind === Kind.NON_NULL_TYPE && defaultValue === undefined;
    return { name, from, isList: depth > 0, isRequired };
  });
  const rootField = onlyRootField(definition);
  if (unwrap && rootField === null) refuse('"unwrap" wants an operation with exactly one root field');
  const bodyVariable = body ?? null;
  return {
    method,
    path,
    segments,
    text,
    definition,
    variables,
    bodyVariable,
    hasBody,
    rootField,
    unwrap,
    isCreation,
    where,
  };
}

function segmentsOf(path: string, refuse: (what: string) => never): readonly RouteSegment[] {
  const told = JSON.stringify(path);
  if (path === reserved) refuse(`the path ${told} is that of the OpenAPI document`);
  const parts = path.startsWith('/') ? path.slice(1).split('/') : [];
  if (parts.length === 0 || parts.length > maxSegments)
    refuse(`the path is ${told}; it begins with / and has at most ${maxSegments} parts`);
  const seen = new Set<string>();
  return parts.map((part) => {
    const [, variable] = /^:([A-Za-z_]\w*)$/.exec(part) ?? [];
    if (variable === undefined) {
      if (/^[\w~-][\w.~-]*$/.test(part)) return { literal: part };
      return refuse(
        `the path is ${told}; between slashes are letters, digits and - . _ ~, or :name of a variable`,
      );
    }
    if (seen.has(variable)) refuse(`the path has :${variable} twice`);
    seen.add(variable);
    return { variable };
  });
}

function listDepth(type: TypeNode): number {
  if (type.kind === Kind.NON_NULL_TYPE) return listDepth(type.type);
  return type.kind === Kind.LIST_TYPE ? 1 + listDepth(type.type) : 0;
}

function onlyRootField({ selectionSet: { selections } }: OperationDefinitionNode): string | null {
  const [selection] = selections;
  if (selections.length !== 1 || selection?.kind !== Kind.FIELD) return null;
  return (selection.alias ?? selection.name).value;
}

function listed(names: ReadonlySet<string>): string {
  return names.size === 0 ? 'none' : [...names].map((name) => `$${name}`).join(', ');
}
