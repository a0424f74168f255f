import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Clock } from '../base/clock.ts';
import type { SluiceError } from '../base/errors.ts';

/** A request, its response, and how to learn that the one cannot be read any more or nobody waits for the other. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Aborted when the client has gone, or, with a SluiceError as its reason, when the body turned out not to be HTTP. */
  readonly signal: AbortSignal;
  /** Whether the connection is to end with this response. */
  isLast(): boolean;
  /** Whether we have ended all connections, whatever was under way. */
  isCut(): boolean;
  /** Aborts the signal: whoever works for this exchange may stop. */
  abort(reason: Error): void;
}

/** The books of a listener: which exchanges are open on which connection. */
export interface Connections {
  begin(request: IncomingMessage, response: ServerResponse): Exchange;
  /** Bytes came that are no HTTP: refused once the requests before them are answered. */
  broke(socket: Socket, error: SluiceError): void;
  /** Whether a request of this connection waits for us rather than we for its client. */
  awaitsUs(socket: Socket): boolean;
  /** From now on each connection ends with the responses that are open on it. */
  endAfterResponses(): void;
  /** All of them are being ended. */
  cut(): void;
}

/** Makes its signal when somebody asks for it: most answers are on their way before anybody has to wait. */
class OpenExchange implements Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly isLast: () => boolean;
  readonly isCut: () => boolean;
  #gone: AbortController | null = null;
  #reason: Error | null = null;

  constructor(
    request: IncomingMessage,
    response: ServerResponse,
    { isLast, isCut }: Pick<Exchange, 'isLast' | 'isCut'>,
  ) {
    this.request = request;
    this.response = response;
    this.isLast = isLast;
    this.isCut = isCut;
  }

  get signal(): AbortSignal {
    if (!this.#gone) {
      this.#gone = new AbortController();
      if (this.#reason) this.#gone.abort(this.#reason);
    }
    return this.#gone.signal;
  }

  abort(reason: Error): void {
    this.#reason ??= reason;
    this.#gone?.abort(reason);
  }
}

interface Connection {
  /** In the order they began; more than one when requests are pipelined. */
  readonly open: OpenExchange[];
  fault: SluiceError | null;
  refused: boolean;
}

/** How long a refused connection is read on: closed on bytes that were not read, it would take our answer with it (RFC 9112, section 9.6). */
const lingerMs = 1000;

export function createConnections(parts: {
  readonly clock: Clock;
  /** Records the refusal of what is no request; gives the response's text. */
  handleBroken(socket: Socket, error: SluiceError): string;
}): Connections {
  const connections = new WeakMap<Socket, Connection>();
  let ending = false;
  let cutting = false;
  const ends = { isLast: () => ending, isCut: () => cutting };

  function connectionOf(socket: Socket): Connection {
    const known = connections.get(socket);
    if (known) return known;
    const connection: Connection = { open: [], fault: null, refused: false };
    connections.set(socket, connection);
    return connection;
  }
  function refuse(socket: Socket, error: SluiceError): void {
    connectionOf(socket).refused = true;
    socket.end(parts.handleBroken(socket, error));
    const cut = parts.clock.after(lingerMs, () => socket.destroy());
    socket.once('close', () => cut.cancel());
  }
  return {
    begin(request, response) {
      const { socket } = request;
      const connection = connectionOf(socket);
      const exchange = new OpenExchange(request, response, ends);
      connection.open.push(exchange);
      response.once('close', () => {
        connection.open.splice(connection.open.indexOf(exchange), 1);
        if (!response.writableFinished) exchange.abort(new Error('The client went away'));
        if (connection.open.length > 0 || socket.destroyed) return;
        if (connection.fault) refuse(socket, connection.fault);
        else if (ending) socket.destroySoon();
      });
      return exchange;
    },
    broke(socket, error) {
      const connection = connectionOf(socket);
      if (connection.refused) return; // More of what was refused already.
      const last = connection.open.at(-1);
      if (last && !last.request.complete) {
        if (!last.response.headersSent) last.response.setHeader('connection', 'close');
        last.abort(error);
      } else if (last) {
        connection.fault ??= error;
      } else {
        refuse(socket, error);
      }
    },
    awaitsUs: (socket) => connectionOf(socket).open.length > 0 && socket.writableLength === 0,
    endAfterResponses() {
      ending = true;
    },
    cut() {
      cutting = true;
    },
  };
}
