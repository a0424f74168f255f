import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Clock } from '../base/clock.ts';
import { type BodyLimits, readBody } from '../base/readBody.ts';
import type { Arrival } from '../model/arrival.ts';
import type { ClientAddress } from './clientAddress.ts';
import type { Exchange } from './connections.ts';
import type { Door, Sent } from './door.ts';

interface OpenParts {
  readonly clientAddress: ClientAddress;
  readonly bodyLimits: BodyLimits;
  readonly requestTimeoutMs: number;
  readonly clock: Clock;
}

const soundRequestId = /^[\w.:+/=-]{1,128}$/;

/** A request of Node as the pipeline sees it. */
export function openArrival(exchange: Exchange, door: Door, parts: OpenParts): Arrival {
  return new HttpArrival(exchange, door, parts);
}

/** A class, since an object with a getter of its own gets a hidden class of its own (docs/decisions/0009). */
class HttpArrival implements Arrival, Sent {
  readonly requestId: string;
  readonly arrivedAtMs: number;
  readonly deadlineMs: number;
  readonly method: string;
  readonly search: string;
  readonly headers: Arrival['headers'];
  readonly address: string;
  readonly proxy: string | null;
  readonly client: Arrival['client'];
  readonly route: Door['route'];
  readonly #exchange: Exchange;
  readonly #door: Door;
  readonly #parts: OpenParts;

  constructor(exchange: Exchange, door: Door, parts: OpenParts) {
    const { headers, method = '', url = '' } = exchange.request;
    const searchAt = url.indexOf('?');
    this.requestId = requestIdOf(exchange.request, parts.clientAddress);
    this.arrivedAtMs = parts.clock.monotonicMs();
    this.deadlineMs = this.arrivedAtMs + parts.requestTimeoutMs;
    this.method = method;
    this.search = searchAt === -1 ? '' : url.slice(searchAt);
    this.headers = headers;
    const found = parts.clientAddress.of(exchange.request);
    this.address = found.address;
    this.proxy = found.proxy;
    this.client = {
      name: first(headers['apollographql-client-name'] ?? headers['graphql-client-name']),
      version: first(headers['apollographql-client-version'] ?? headers['graphql-client-version']),
    };
    this.route = door.route;
    this.#exchange = exchange;
    this.#door = door;
    this.#parts = parts;
  }

  get isForwarded(): boolean {
    return this.#parts.clientAddress.trusts(this.#exchange.request);
  }

  get signal(): AbortSignal {
    return this.#exchange.signal;
  }

  readAsked() {
    return this.#door.readAsked(this);
  }

  readBody() {
    return readBody(this.#exchange, this.#parts);
  }
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
