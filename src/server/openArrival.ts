import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Clock } from '../base/clock.ts';
import type { Arrival } from '../model/arrival.ts';
import type { ClientAddress } from './clientAddress.ts';
import type { Exchange } from './connections.ts';
import { parseBody } from './parseBody.ts';
import { parseSearch } from './parseSearch.ts';
import { type BodyLimits, readBody } from './readBody.ts';

interface OpenParts {
  readonly clientAddress: ClientAddress;
  readonly bodyLimits: BodyLimits;
  readonly clock: Clock;
}

const soundRequestId = /^[\w.:+/=-]{1,128}$/;

/** A request of Node as the pipeline sees it. */
export function openArrival(exchange: Exchange, parts: OpenParts): Arrival {
  const { request, signal } = exchange;
  const { headers, method = '', url = '' } = request;
  const searchAt = url.indexOf('?');
  const search = searchAt === -1 ? '' : url.slice(searchAt);
  return {
    requestId: requestIdOf(request, parts.clientAddress),
    arrivedAtMs: parts.clock.monotonicMs(),
    method,
    search,
    headers,
    address: parts.clientAddress.of(request),
    client: {
      name: first(headers['apollographql-client-name'] ?? headers['graphql-client-name']),
      version: first(headers['apollographql-client-version'] ?? headers['graphql-client-version']),
    },
    signal,
    async readAsked() {
      if (method === 'GET') return parseSearch(search);
      return parseBody(await readBody(exchange, parts));
    },
  };
}

/** A proxy in front may name the request; a client may not, or it could make two requests look like one in the log. */
function requestIdOf(request: IncomingMessage, clientAddress: ClientAddress): string {
  const given = request.headers['x-request-id'];
  if (typeof given === 'string' && soundRequestId.test(given) && clientAddress.trusts(request)) return given;
  return randomUUID();
}

function first(value: string | string[] | undefined): string | null {
  return (Array.isArray(value) ? value[0] : value) || null;
}
