import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Clock } from '../base/clock.ts';
import { SluiceError } from '../base/errors.ts';
import { createConnections, type Exchange } from './connections.ts';

export interface ListenerOptions {
  readonly port: number;
  readonly host: string | undefined;
  readonly maxConnections: number;
  readonly headers: { readonly maxBytes: number; readonly timeoutMs: number };
  readonly keepAliveTimeoutMs: number;
  /** How long a client may take nothing of its response. */
  readonly responseIdleTimeoutMs: number;
}

export interface HttpListener {
  /** Starts to listen; gives the port, which matters when 0 was asked for. */
  listen(): Promise<{ port: number }>;
  /** From now on each response says that its connection ends. */
  closeConnectionsAfterResponse(): void;
  /** Takes no more connections, lets those with a request finish it, and ends the others; after `graceMs` ends all. */
  close(graceMs: number): Promise<void>;
}

export interface ListenerParts {
  readonly clock: Clock;
  handle(exchange: Exchange): void;
  /** What Node refuses before it is a request: broken HTTP, headers too large or too late. Gives the response's text. */
  handleBroken(socket: Socket, error: SluiceError): string;
}

/** Node's HTTP server with bounds on whatever a client may send before `handle` gets it. */
export function createHttpListener(options: ListenerOptions, parts: ListenerParts): HttpListener {
  const connections = createConnections(parts);
  const server = createServer({
    maxHeaderSize: options.headers.maxBytes,
    headersTimeout: options.headers.timeoutMs,
    requestTimeout: 0, // Bodies have a timer of their own, which answers in our form.
    keepAliveTimeout: options.keepAliveTimeoutMs,
    connectionsCheckingInterval: 1000,
    requireHostHeader: false, // Checked by us: Node would answer without a word and without a record.
    noDelay: true,
  });
  server.maxConnections = options.maxConnections;
  server.maxHeadersCount = 0; // Counted by us: Node would drop what is over its limit without a word.
  const begin = (request: IncomingMessage, response: ServerResponse) =>
    parts.handle(connections.begin(request, response));
  // Node would say "100 Continue" to bodies that are refused, and answer other expectations by itself.
  server.on('request', begin).on('checkContinue', begin).on('checkExpectation', begin);
  server.timeout = options.responseIdleTimeoutMs;
  server.on('timeout', (socket: Socket) => {
    if (!connections.awaitsUs(socket)) socket.destroy();
  });
  server.on('clientError', (failure: Error & { code?: string }, socket: Socket) => {
    const silent = failure.code === 'ERR_HTTP_REQUEST_TIMEOUT' && socket.bytesRead === 0;
    if (failure.code === 'ECONNRESET' || failure.code === 'EPIPE' || silent) socket.destroy();
    else connections.broke(socket, brokenHttp(failure, options));
  });
  return {
    async listen() {
      await listening(server, options);
      return { port: (server.address() as AddressInfo).port };
    },
    closeConnectionsAfterResponse: () => connections.endAfterResponses(),
    async close(graceMs) {
      connections.endAfterResponses();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      const force = parts.clock.after(graceMs, () => {
        connections.cut();
        server.closeAllConnections();
      });
      await closed;
      force.cancel();
    },
  };
}

function listening(server: Server, options: ListenerOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (failure: Error & { code?: string }) => {
      reject(
        failure.code === 'EADDRINUSE'
          ? new Error(`Port ${options.port} is in use already; set server.port or PORT to another one`, {
              cause: failure,
            })
          : failure,
      );
    });
    server.listen(
      { port: options.port, ...(options.host === undefined ? {} : { host: options.host }) },
      resolve,
    );
  });
}

function brokenHttp(failure: Error & { code?: string }, options: ListenerOptions): SluiceError {
  if (failure.code === 'HPE_HEADER_OVERFLOW') {
    return new SluiceError(
      'HEADERS_TOO_LARGE',
      `The header fields are larger than ${options.headers.maxBytes} bytes.`,
    );
  }
  if (failure.code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return new SluiceError(
      'BODY_TIMEOUT',
      `The header fields did not arrive within ${options.headers.timeoutMs} ms.`,
    );
  }
  const message =
    failure.code === 'HPE_INVALID_EOF_STATE'
      ? 'The connection ended before the request did.'
      : 'The request is not HTTP that can be read.';
  // Not the failure itself: it carries the bytes that were sent, secrets among them.
  return new SluiceError('BAD_REQUEST', message, { detail: failure.message });
}
