import { getOperationAST, parse } from 'graphql';
import { z } from 'zod';
import type { Route } from '../model/route.ts';
import { createRoute, routeMethods } from './createRoute.ts';

const listedRouteOptions = z.strictObject({
  method: z.enum(routeMethods).describe('GET for queries; POST, PUT, PATCH or DELETE for mutations.'),
  path: z.string().min(1).describe('Below server.rest.path, such as /countries/:code.'),
  document: z.string().min(1).describe('The id of the trusted document.'),
  operation: z.string().min(1).optional().describe('Which of its operations, where it has several.'),
  body: z
    .string()
    .min(1)
    .optional()
    .describe('The variable that the body is; unless set, the members of the body are the variables.'),
  unwrap: z
    .boolean()
    .default(false)
    .describe('Whether the answer is the value of the only root field, not the object it stands in.'),
  created: z
    .boolean()
    .default(false)
    .describe('Whether a mutation by POST or PUT that made something is answered with 201.'),
});

export const listedRoutesOptions = z
  .array(listedRouteOptions)
  .default([])
  .describe(
    'Routes of documents that cannot say them by @http themselves: those of a manifest that a tool wrote.',
  );

export type ListedRoute = z.output<typeof listedRouteOptions>;

/** A route that stands beside the documents, with the operation it means. */
export function listedRoute(
  route: ListedRoute,
  { at, textOf }: { readonly at: number; textOf(id: string): string | undefined },
): Route {
  const where = `request.trustedDocuments.routes[${at}]`;
  const text = textOf(route.document);
  if (text === undefined) throw new Error(`${where}: there is no trusted document ${route.document}`);
  const definition = getOperationAST(parse(text, { noLocation: true }), route.operation);
  if (!definition)
    throw new Error(
      route.operation === undefined
        ? `${where}: the document ${route.document} holds several operations: "operation" has to say which`
        : `${where}: the document ${route.document} holds no operation ${route.operation}`,
    );
  return createRoute(route, { text, definition, where });
}
