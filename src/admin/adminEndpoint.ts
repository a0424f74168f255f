import type { IncomingHttpHeaders } from 'node:http';
import type { GraphQLSchema } from 'graphql';
import { createHandler, parseRequestParams } from 'graphql-http';
import { SluiceError } from '../base/errors.ts';
import type { Log } from '../model/log.ts';
import { type AdminAnswer, refusalAnswer, shownError, type TextAnswer } from './adminAnswer.ts';
import type { AdminCaller } from './adminCaller.ts';
import { runAdminOperation } from './runAdminOperation.ts';

export interface AdminRequest {
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly caller: AdminCaller;
}

export interface AdminEndpointParts {
  readonly schema: GraphQLSchema;
  /** A function for each root field. */
  readonly resolvers: object;
  readonly log: Log;
}

const graphqlType = 'application/graphql-response+json';

/** GraphQL over HTTP for the admin API: POST of JSON. Throws what refuses the request before its operation runs. */
export function createAdminEndpoint(
  parts: AdminEndpointParts,
): (request: AdminRequest) => Promise<AdminAnswer> {
  const handler = createHandler<undefined, AdminRequest>({
    async parseRequestParams(asked) {
      try {
        return await parseRequestParams(asked);
      } catch (failure) {
        const refusal = badRequest(failure);
        const { requestId } = asked.context.caller;
        return toTuple(refusalAnswer(refusal, [shownError(refusal, { requestId, log: parts.log })]));
      }
    },
    async onSubscribe({ context }, params) {
      return toTuple(await runAdminOperation(parts, { ...context, params }));
    },
  });

  return async (request) => {
    const { url, headers, body } = request;
    const asked = { method: 'POST', url, headers, body, raw: undefined, context: request };
    const [answer, { status, headers: answerHeaders = {} }] = await handler(asked);
    if (status === 406)
      throw new SluiceError(
        'NOT_ACCEPTABLE',
        'The admin writes application/json or application/graphql-response+json; Accept names neither.',
      );
    const type = headers.accept?.includes(graphqlType) ? graphqlType : 'application/json';
    const typed = { ...answerHeaders, 'content-type': `${type}; charset=utf-8` };
    return { status, headers: typed, body: answer ?? '' };
  };
}

/** The library's messages are short labels such as `Missing query`. */
function badRequest(failure: unknown): SluiceError {
  const label = failure instanceof Error ? failure.message : String(failure);
  return new SluiceError(
    'BAD_REQUEST',
    `The body is not a GraphQL request: ${label}. It is a JSON object with query, and may have operationName and variables.`,
  );
}

function toTuple({
  status,
  headers,
  body,
}: TextAnswer): [string, { status: number; statusText: string; headers: Record<string, string> }] {
  return [body, { status, statusText: '', headers: { ...headers } }];
}
