import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Clock } from '../base/clock.ts';
import { SluiceError } from '../base/errors.ts';
import { ipAddress } from '../base/ipAddress.ts';
import type { BodyLimits } from '../base/readBody.ts';
import type { Arrival } from '../model/arrival.ts';
import type { Log } from '../model/log.ts';
import type { Outcome } from '../model/outcome.ts';
import { chooseMediaType, type Ledger, type Pipeline, type Refusal, refusalOf } from '../request/request.ts';
import type { ApolloDoor } from './apollo/apolloDoor.ts';
import type { ClientAddress } from './clientAddress.ts';
import type { Exchange } from './connections.ts';
import { httpFault } from './httpFault.ts';
import { openArrival } from './openArrival.ts';
import { type Answer, type CompressionOptions, respond, type Written } from './respond.ts';
import { withRequestId } from './withRequestId.ts';

export interface EndpointParts {
  readonly pipeline: Pipeline;
  readonly apollo: ApolloDoor;
  readonly clientAddress: ClientAddress;
  readonly cors: (request: IncomingMessage) => Record<string, string>;
  readonly bodyLimits: BodyLimits;
  readonly maxHeaderCount: number;
  readonly requestTimeoutMs: number;
  readonly compression: CompressionOptions;
  readonly clock: Clock;
  readonly log: Log;
}

export interface GraphQLEndpoint {
  /** Takes one request through all steps; `refuse` replaces the middle ones, for requests that are none of ours. */
  handle(exchange: Exchange, refuse?: SluiceError): Promise<void>;
  /** Records what Node could not read as a request; gives the raw response. */
  handleBroken(socket: Socket, error: SluiceError): string;
}

/** The status written down for a client that left before its answer; nginx made the number known. */
const clientGoneStatus = 499;

export function createGraphQLEndpoint(parts: EndpointParts): GraphQLEndpoint {
  const { pipeline, apollo, clock, log } = parts;
  return {
    async handle(exchange, refuse) {
      const { request, response } = exchange;
      const arrival = openArrival(exchange, parts);
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
      const answer = await answerInTime(exchange, { arrival, ledger, refuse: refusal });
      const { vary, ...cors } = parts.cors(request);
      const headers = {
        ...answer.headers,
        ...ledger.headers(),
        ...cors,
        vary: ['accept', vary, answer.headers.vary].filter(Boolean).join(', '),
        'x-request-id': arrival.requestId,
      };
      written = await respond(exchange, { ...answer, headers }, parts);
      if (written.taken) end(); // What is left of the body is none of the request's time.
    },
    handleBroken(socket, error) {
      const arrival = brokenArrival(socket, clock);
      const ledger = pipeline.open(arrival);
      const { status, headers, body } = refusalAnswer(ledger.refused(refusalOf(error)), arrival);
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
        resolve(refusalAnswer(started.ledger.refused(refusalOf(late)), started.arrival));
        exchange.abort(late);
      });
      answerOf(started).then((answer) => {
        timer.cancel();
        resolve(answer);
      }, reject);
    });
  }
  async function answerOf(started: Started): Promise<Answer> {
    const { arrival, ledger, refuse } = started;
    try {
      if (refuse) throw refuse;
      return await apollo.answer(await pipeline.admit(arrival, ledger));
    } catch (thrown) {
      return refusalAnswer(ledger.refused(refusalOf(thrown)), arrival);
    }
  }
}

interface Started {
  readonly arrival: Arrival;
  readonly ledger: Ledger;
  readonly refuse: SluiceError | undefined;
}

function refusalAnswer(refusal: Refusal, arrival: Arrival): Answer {
  return {
    status: refusal.status,
    headers: {
      'content-type': `${chooseMediaType(arrival.headers.accept) ?? 'application/json'}; charset=utf-8`,
      'cache-control': 'no-store',
      ...refusal.headers,
    },
    body: JSON.stringify({ errors: withRequestId(refusal.errors, arrival.requestId) }),
  };
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
