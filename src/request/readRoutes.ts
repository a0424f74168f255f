import {
  type ConstDirectiveNode,
  type DirectiveNode,
  type DocumentNode,
  Kind,
  type OperationDefinitionNode,
  parse,
} from 'graphql';
import type { Route } from '../model/route.ts';
import { createRoute, type WrittenRoute } from './createRoute.ts';

export interface ReadDocument {
  /** Without `@http`: it speaks to the gateway, and no schema knows it. */
  readonly text: string;
  readonly routes: readonly Route[];
}

const directiveName = 'http';
const takenArguments = ['method', 'path', 'body', 'unwrap', 'created'];

/**
 * The routes that a trusted document says of itself, by `@http(method: GET, path: "/countries/:code")` on its operations. Throws what is
 * wrong with them, beginning with `where`.
 */
export function readRoutes(sent: string, where: string): ReadDocument {
  if (!sent.includes(`@${directiveName}`)) return { text: sent, routes: [] };
  const found = routeDirectives(parseOr(sent, where));
  const text = without(
    sent,
    found.map(({ directive }) => directive),
  );
  const stripped = found.length === 0 ? null : operationsOf(parse(text, { noLocation: true }));
  const routes = found.map(({ at, directive }) => {
    const place = `${where}, @${directiveName}`;
    const definition = stripped?.[at] as OperationDefinitionNode;
    return createRoute(writtenRoute(directive, place), { text, definition, where: place });
  });
  return { text, routes };
}

/** `at` counts the operations of the document. */
function routeDirectives(document: DocumentNode) {
  return operationsOf(document).flatMap((definition, at) => {
    const directives = definition.directives ?? [];
    return directives
      .filter(({ name }) => name.value === directiveName)
      .map((directive) => ({ at, directive }));
  });
}

export function operationsOf(document: DocumentNode): readonly OperationDefinitionNode[] {
  return document.definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
}

/** Cut out of the text, so that the rest stays as it was written. */
function without(text: string, directives: readonly DirectiveNode[]): string {
  let [kept, at] = ['', 0];
  for (const { loc } of directives) {
    if (!loc) continue;
    kept += text.slice(at, loc.start).trimEnd();
    at = loc.end;
  }
  return kept + text.slice(at);
}

function writtenRoute({ arguments: given = [] }: ConstDirectiveNode | DirectiveNode, where: string) {
  const values = new Map<string, unknown>();
  for (const { name, value } of given) {
    if (!takenArguments.includes(name.value))
      throw new Error(`${where}: "${name.value}" is no argument; allowed: ${takenArguments.join(', ')}`);
    if (value.kind === Kind.STRING || value.kind === Kind.ENUM || value.kind === Kind.BOOLEAN)
      values.set(name.value, value.value);
    else throw new Error(`${where}: "${name.value}" is no text, name or boolean`);
  }
  const text = (name: string): string | undefined => {
    const value = values.get(name);
    if (value === undefined || typeof value === 'string') return value;
    throw new Error(`${where}: "${name}" is no text`);
  };
  const flag = (name: string): boolean => {
    const value = values.get(name) ?? false;
    if (typeof value === 'boolean') return value;
    throw new Error(`${where}: "${name}" is neither true nor false`);
  };
  const [method, path] = [text('method'), text('path')];
  if (method === undefined || path === undefined)
    throw new Error(
      `${where}: a route has a method and a path, such as (method: GET, path: "/countries/:code")`,
    );
  const [unwrap, created] = [flag('unwrap'), flag('created')];
  return { method, path, body: text('body'), unwrap, created } satisfies WrittenRoute;
}

function parseOr(text: string, where: string): DocumentNode {
  try {
    return parse(text);
  } catch (cause) {
    throw new Error(`${where} is no GraphQL: ${(cause as Error).message}`, { cause });
  }
}
