import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { data } from 'currency-codes';
import { GraphQLError } from 'graphql';
import { pageSize } from '../pageSize.ts';

/** The currencies as a REST service, as openapi.yaml describes it. */
const name = 'currencies';
const byCode = new Map(data.map(({ countries: _countries, ...currency }) => [currency.code, currency]));
const all = [...byCode.values()];
const drainMs = 2_000;

const server = createServer((request, response) => {
  const url = new URL(request.url ?? '/', 'http://currencies');
  try {
    if (request.method !== 'GET') return refuse(response, 405, 'Only GET is answered.');
    const one = /^\/currencies\/([^/]+)$/.exec(url.pathname);
    if (one) {
      const currency = byCode.get(decodeURIComponent(one[1] ?? '').toUpperCase());
      return currency ? answer(response, currency) : refuse(response, 404, 'There is no such currency.');
    }
    if (url.pathname !== '/currencies') return refuse(response, 404, 'Nothing is served here.');
    const codes = url.searchParams.get('code');
    const found = codes === null ? all : codes.split(',').flatMap((code) => byCode.get(code) ?? []);
    const first = url.searchParams.get('first');
    answer(response, {
      currencies: first === null ? found : found.slice(0, pageSize(Number(first), found.length)),
    });
  } catch (thrown) {
    const isTheirs = thrown instanceof GraphQLError || thrown instanceof URIError;
    if (!isTheirs)
      process.stderr.write(`${name}: ${thrown instanceof Error ? thrown.stack : String(thrown)}\n`);
    refuse(
      response,
      isTheirs ? 400 : 500,
      isTheirs ? thrown.message : 'Something went wrong inside the service.',
    );
  }
});

function answer(response: ServerResponse, value: object): void {
  // Currencies change about once a year.
  send(response, 200, { type: 'application/json', value, keep: 'public, max-age=3600' });
}

function refuse(response: ServerResponse, status: number, detail: string): void {
  send(response, status, { type: 'application/problem+json', value: { status, detail }, keep: 'no-store' });
}

function send(
  response: ServerResponse,
  status: number,
  { type, value, keep }: { type: string; value: object; keep: string },
): void {
  const body = JSON.stringify(value);
  const headers = { 'content-type': type, 'cache-control': keep, 'content-length': Buffer.byteLength(body) };
  // Once it no longer listens, no connection is worth keeping.
  if (!server.listening) response.setHeader('connection', 'close');
  response.writeHead(status, headers).end(body);
}

const written = process.env.PORT ?? '';
const port = written === '' ? 4104 : Number(written);
server.keepAliveTimeout = 75_000;
server.on('error', (failure: NodeJS.ErrnoException) => {
  const isTaken = failure.code === 'EADDRINUSE';
  const reason = isTaken
    ? `port ${port} is taken: stop what listens there, or set PORT to another port`
    : failure.message;
  process.stderr.write(`${name} cannot start: ${reason}.\n`);
  process.exitCode = 1;
});
server.listen(port, '127.0.0.1', () => {
  const { port: actualPort } = server.address() as AddressInfo;
  process.stdout.write(`${name} is ready at http://127.0.0.1:${actualPort}\n`);
});
const end = (): void => {
  server.close();
  setTimeout(() => server.closeAllConnections(), drainMs).unref();
};
process.once('SIGTERM', end);
process.once('SIGINT', end);
