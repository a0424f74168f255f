import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Clock } from '../base/clock.ts';
import { SluiceError } from '../base/errors.ts';
import { ipAddress } from '../base/ipAddress.ts';
import type { BodyLimits } from '../base/readBody.ts';
import type { Arrival } from '../model/arrival.ts';
import type { Log } from '../model/log.ts';
import type { Outcome } from '../model/outcome.ts';
import { type Ledger, type Pipeline, refusalOf } from '../request/request.ts';
import type { ClientAddress } from './clientAddress.ts';
import type { Exchange } from './connections.ts';
import type { Door } from './door.ts';
import { httpFault } from './httpFault.ts';
import { openArrival } from './openArrival.ts';
import { type Answer, type CompressionOptions, respond, type Written } from './respond.ts';

export interface EndpointParts {
  readonly pipeline: Pipeline;
  readonly clientAddress: ClientAddress;
  readonly cors: (request: IncomingMessage) => Record<string, string>;
  readonly bodyLimits: BodyLimits;
  readonly maxHeaderCount: number;
  readonly requestTimeoutMs: number;
  readonly compression: CompressionOptions;
  readonly clock: Clock;
  readonly log: Log;
}

/** What all doors have in common: each request has an arrival, a ledger, a deadline, and one record. */
export interface RequestEndpoint {
  /** Takes one request through all steps; `refuse` replaces the middle ones, for requests that are none of ours. */
  handle(exchange: Exchange, door: Door, refuse?: SluiceError): Promise<void>;
  /** Records what Node could not read as a request; gives the raw response. */
  handleBroken(socket: Socket, door: Door, error: SluiceError): string;
}

/** The status written down for a client that left before its answer; nginx made the number known. */
const clientGoneStatus = 499;

export function createRequestEndpoint(parts: EndpointParts): RequestEndpoint {
  const { pipeline, clock, log } = parts;
  return {
    async handle(exchange, door, refuse) {
      const { request, response } = exchange;
      const arrival = openArrival(exchange, door, parts);
      const ledger = pipeline.open(arrival);
      let written: Written = { bytes: 0, taken: false };
      let isRecorded = false;
      const end = () => {
        if (isRecorded) return;
        isRecorded = true;
        const finished = written.taken || response.writableFinished;
        const status = finished ? response.statusCode : clientGoneStatus;
        const cut = !finished && exchange.isCut();
        record(ledger, { status, bytes: written.bytes, finished, cut });
      };
      response.once('close', end);
      const refusal = httpFault(request, parts) ?? refuse;
      const answer = await answerInTime(exchange, { arrival, ledger, door, refuse: refusal });
      const { vary, ...cors } = parts.cors(request);
      const headers = {
        ...answer.headers,
        ...ledger.headers(),
        ...cors,
        vary: ['accept', vary, answer.headers.vary].filter(Boolean).join(', '),
        'x-request-id': arrival.requestId,
      };
      const finished = { ...answer, headers };
      written = await respond(exchange, door.finish?.(finished, arrival) ?? finished, parts);
      if (written.taken) end(); // What is left of the body is none of the request's time.
    },
    handleBroken(socket, door, error) {
      const arrival = brokenArrival(socket, clock);
      const ledger = pipeline.open(arrival);
      const { status, headers, body } = door.refuse(ledger.refused(refusalOf(error)), arrival);
      record(ledger, { status, bytes: Buffer.byteLength(body), finished: true });
      const fields = {
        ...headers,
        'x-request-id': arrival.requestId,
        connection: 'close',
        'content-length': String(Buffer.byteLength(body)),
      };
      const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}`);
      return [`HTTP/1.1 ${status} ${error.code}`, ...lines, '', body].join('\r\n');
    },
  };

  /** Called by events of sockets: what it throws would end the process. */
  function record(ledger: Ledger, response: Outcome['response']): void {
    try {
      pipeline.record(ledger, response);
    } catch (failure) {
      log.error({ err: failure, requestId: ledger.arrival.requestId }, 'a request could not be recorded');
    }
  }
  /** An answer by the deadline. Subgraphs are given up before, so what is still late then is within the gateway; it is told to stop. */
  function answerInTime(exchange: Exchange, started: Started): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const timer = clock.after(parts.requestTimeoutMs, () => {
        const late = new SluiceError('REQUEST_TIMEOUT', 'The request was not finished by its deadline.');
        resolve(started.door.refuse(started.ledger.refused(refusalOf(late)), started.arrival));
        exchange.abort(late);
      });
      answerOf(started).then((answer) => {
        timer.cancel();
        resolve(answer);
      }, reject);
    });
  }
  async function answerOf(started: Started): Promise<Answer> {
    const { arrival, ledger, door, refuse } = started;
    try {
      if (refuse) throw refuse;
      return await door.answer(await pipeline.admit(arrival, ledger));
    } catch (thrown) {
      return door.refuse(ledger.refused(refusalOf(thrown)), arrival);
    }
  }
}

interface Started {
  readonly arrival: Arrival;
  readonly ledger: Ledger;
  readonly door: Door;
  readonly refuse: SluiceError | undefined;
}

function brokenArrival(socket: Socket, clock: Clock): Arrival {
  return {
    requestId: crypto.randomUUID(),
    arrivedAtMs: clock.monotonicMs(),
    method: '',
    search: '',
    headers: {},
    address: ipAddress(socket.remoteAddress ?? '') ?? '',
    proxy: null,
    client: { name: null, version: null },
    signal: AbortSignal.abort(),
    readAsked: () => Promise.reject(new Error('There is no request')),
  };
}
