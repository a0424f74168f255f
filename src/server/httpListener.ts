import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Clock } from '../base/clock.ts';
import { SluiceError } from '../base/errors.ts';

export interface ListenerOptions {
  readonly port: number;
  readonly host: string | undefined;
  readonly maxConnections: number;
  readonly headers: { readonly maxBytes: number; readonly timeoutMs: number };
  readonly keepAliveTimeoutMs: number;
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
  handle(request: IncomingMessage, response: ServerResponse): void;
  /** What Node refuses before it is a request: broken HTTP, headers too large or too late. Gives the response's text. */
  handleBroken(socket: Socket, error: SluiceError): string;
}

/** Node's HTTP server with bounds on whatever a client may send before `handle` gets it. */
export function createHttpListener(options: ListenerOptions, parts: ListenerParts): HttpListener {
  const answering = new WeakMap<Socket, number>();
  let closing = false;
  const server = createServer(
    {
      maxHeaderSize: options.headers.maxBytes,
      headersTimeout: options.headers.timeoutMs,
      requestTimeout: 0, // Bodies have a timer of their own, which answers in our form.
      keepAliveTimeout: options.keepAliveTimeoutMs,
      connectionsCheckingInterval: 1000,
      noDelay: true,
    },
    (request, response) => {
      const { socket } = request;
      answering.set(socket, (answering.get(socket) ?? 0) + 1);
      response.once('close', () => answering.set(socket, (answering.get(socket) ?? 1) - 1));
      if (closing) response.setHeader('connection', 'close');
      parts.handle(request, response);
    },
  );
  server.maxConnections = options.maxConnections;
  server.maxHeadersCount = 0; // Counted by us: Node would drop what is over its limit without a word.
  server.on('clientError', (failure: Error & { code?: string }, socket: Socket) => {
    const gone = failure.code === 'ECONNRESET' || !socket.writable;
    // In the middle of another response, bytes of ours would become part of it.
    if (gone || (answering.get(socket) ?? 0) > 0) return void socket.destroy();
    socket.end(parts.handleBroken(socket, brokenHttp(failure, options)));
  });
  return {
    async listen() {
      await listening(server, options);
      return { port: (server.address() as AddressInfo).port };
    },
    closeConnectionsAfterResponse() {
      closing = true;
    },
    async close(graceMs) {
      closing = true;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      const force = parts.clock.after(graceMs, () => server.closeAllConnections());
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
  return new SluiceError('BAD_REQUEST', 'The request is not HTTP that can be read.', { cause: failure });
}
