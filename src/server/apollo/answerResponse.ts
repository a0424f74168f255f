import { type GraphQLResponse, HeaderMap } from '@apollo/server';
import {
  type Identified,
  type Pipeline,
  type Prepared,
  type Refusal,
  refusalOf,
} from '../../request/request.ts';
import { withRequestId } from '../withRequestId.ts';
import type { Item } from './item.ts';

export async function answerResponse(
  pipeline: Pipeline,
  prepared: Prepared,
  item: Item,
): Promise<GraphQLResponse> {
  try {
    const { data, errors, extensions, caching } = await pipeline.answer(prepared);
    item.caching = caching;
    const told = errors && { errors: errors.map((error) => error.toJSON()) };
    return {
      http: { headers: new HeaderMap() },
      body: {
        kind: 'single',
        singleResult: { data: data as never, ...told, ...(extensions && { extensions }) },
      },
    };
  } catch (thrown) {
    return refusalResponse(prepared.notes.refused(refusalOf(thrown)), prepared);
  }
}

export function refusalResponse(
  refusal: Refusal,
  { mediaType, arrival, batched }: Identified,
): GraphQLResponse {
  const headers = new HeaderMap(batched ? [] : Object.entries(refusal.headers));
  return {
    http: { status: arrival.route ? refusal.status : statusFor(refusal, mediaType), headers },
    body: { kind: 'single', singleResult: { errors: withRequestId(refusal.errors, arrival.requestId) } },
  };
}

/** In application/json these faults are results of a well-formed request (GraphQL over HTTP, section 6.4.1). */
const resultFaults = new Set(['GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED', 'BAD_USER_INPUT']);

function statusFor(refusal: Refusal, mediaType: string): number {
  return mediaType === 'application/json' && resultFaults.has(refusal.code) ? 200 : refusal.status;
}
