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
}

interface Connection {
  readonly open: Set<Exchange & { readonly gone: AbortController }>;
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
  const responses = new Set<ServerResponse>();
  let ending = false;

  function connectionOf(socket: Socket): Connection {
    const known = connections.get(socket) ?? { open: new Set(), fault: null, refused: false };
    connections.set(socket, known);
    return known;
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
      const gone = new AbortController();
      const exchange = { request, response, gone, signal: gone.signal };
      connection.open.add(exchange);
      responses.add(response);
      if (ending) response.setHeader('connection', 'close');
      response.once('close', () => {
        connection.open.delete(exchange);
        responses.delete(response);
        if (!response.writableFinished) gone.abort(new Error('The client went away'));
        if (connection.open.size > 0 || socket.destroyed) return;
        if (connection.fault) refuse(socket, connection.fault);
        else if (ending) socket.destroySoon();
      });
      return exchange;
    },
    broke(socket, error) {
      const connection = connectionOf(socket);
      if (connection.refused) return; // More of what was refused already.
      const last = [...connection.open].at(-1);
      if (last && !last.request.complete) {
        if (!last.response.headersSent) last.response.setHeader('connection', 'close');
        last.gone.abort(error);
      } else if (last) {
        connection.fault ??= error;
      } else {
        refuse(socket, error);
      }
    },
    awaitsUs: (socket) => connectionOf(socket).open.size > 0 && socket.writableLength === 0,
    endAfterResponses() {
      ending = true;
      for (const response of responses) if (!response.headersSent) response.setHeader('connection', 'close');
    },
  };
}
