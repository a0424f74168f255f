import { isUtf8 } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Clock } from '../base/clock.ts';
import { SluiceError } from '../base/errors.ts';
import { ipAddress } from '../base/ipAddress.ts';
import { type BodyExchange, type BodyLimits, readBody } from '../base/readBody.ts';
import type { Log } from '../model/log.ts';
import { type AdminAnswer, refusalAnswer, shownError } from './adminAnswer.ts';
import type { AdminRequest } from './adminEndpoint.ts';
import type { AdminMetrics } from './adminMetrics.ts';
import type { Admission } from './admission.ts';
import { answerSession } from './answerSession.ts';
import type { ConsoleFiles } from './consoleFiles.ts';
import type { ConsoleSessions } from './consoleSessions.ts';
import { explore } from './explore.ts';
import type { LiveFeed } from './liveFeed.ts';
import { streamLive } from './streamLive.ts';

export interface AdminListenerParts {
  /** The one in force. */
  readonly admission: () => Admission;
  readonly answerGraphql: (request: AdminRequest) => Promise<AdminAnswer>;
  readonly answerMetrics: AdminMetrics;
  readonly consoleFiles: ConsoleFiles;
  readonly sessions: ConsoleSessions;
  readonly feed: LiveFeed;
  /** Where the gateway takes operations; null before it does. */
  readonly endpoint: () => string | null;
  /** Aborted when the admin closes. */
  readonly ends: AbortSignal;
  readonly bodyLimits: BodyLimits;
  readonly clock: Clock;
  readonly log: Log;
}

const pageWithoutConsole =
  'Sluice admin. The console was not built here: npm run console builds it. The admin API answers GraphQL by POST at /graphql, and the sluice command speaks to it.\n';

/** Routes a request of the admin's port: refusals become answers here and nowhere else. */
export function createAdminListener(parts: AdminListenerParts): RequestListener {
  const { log } = parts;

  /** Null where the response is written by itself, as things happen. */
  async function answer(exchange: BodyExchange, requestId: string): Promise<AdminAnswer | null> {
    const { request, response, signal } = exchange;
    const path = (request.url ?? '').replace(/\?.*$/s, '');
    const { headers, socket } = request;
    const address = ipAddress(socket.remoteAddress ?? '') ?? '';
    const admission = parts.admission();
    admission.checkOrigin(headers, socket.localPort ?? 0);
    const file = parts.consoleFiles.at(path, headers['accept-encoding']);
    if (file || path === '/') return page(request, file);
    if (path === '/session') return await answerSession(exchange, { parts, admission, address });
    // Before the path is looked at: whatever else is served here wants a token, too.
    const holder = admission.holder(headers, address);
    if (path === '/metrics') return parts.answerMetrics(request);
    if (path === '/live') return live(request, response);
    if (path !== '/graphql' && path !== '/explore')
      throw new SluiceError(
        'NOT_FOUND',
        'The admin serves /graphql, /metrics, /live, /explore, /session and the console at / here; nothing is at this path.',
      );
    const caller = { holder, address, requestId, signal };
    checkGraphqlHttp(request);
    const body = await readBody(exchange, parts);
    if (!isUtf8(body)) throw new SluiceError('BAD_REQUEST', 'The body is not UTF-8.');
    if (path === '/explore') return await explore({ headers, body, caller }, { endpoint: parts.endpoint() });
    return parts.answerGraphql({ url: path, headers, body: new TextDecoder().decode(body), caller });
  }

  function live({ method, headers }: IncomingMessage, response: ServerResponse): null {
    if (method !== 'GET') throw methodNotAllowed('GET', '/live is read with GET.');
    // An image of another page could not read it, and would take a watcher's place.
    const site = headers['sec-fetch-site'] ?? 'none';
    if (site !== 'none' && site !== 'same-origin')
      throw new SluiceError('CSRF_BLOCKED', '/live is not for pages of other origins.');
    streamLive(response, parts);
    return null;
  }

  return (request, response) => {
    const requestId = randomUUID();
    const gone = new AbortController();
    response.on('close', () => gone.abort(new SluiceError('REQUEST_TIMEOUT', 'The caller went away.')));
    answer({ request, response, signal: gone.signal }, requestId)
      .catch((failure: unknown) => {
        const refusal = SluiceError.from(gone.signal.aborted ? gone.signal.reason : failure);
        return refusalAnswer(refusal, [shownError(refusal, { requestId, log })]);
      })
      .then((done) => done && write(response, done, requestId))
      .catch((failure: unknown) => {
        log.error({ requestId, err: failure }, 'An answer of the admin could not be written');
        response.destroy();
      });
  };
}

function page({ method }: IncomingMessage, file: AdminAnswer | null): AdminAnswer {
  if (method !== 'GET' && method !== 'HEAD')
    throw methodNotAllowed('GET, HEAD', 'The console is read with GET.');
  if (file) return file;
  return { status: 200, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: pageWithoutConsole };
}

function checkGraphqlHttp({ method, headers }: IncomingMessage): void {
  if (method !== 'POST')
    throw methodNotAllowed('POST', `The admin API is asked with POST; this came with ${method}.`);
  const type = headers['content-type'] ?? '';
  if (!/^application\/json *(; *charset="?utf-8"? *)?$/i.test(type))
    throw new SluiceError(
      'UNSUPPORTED_MEDIA_TYPE',
      'The admin API reads content-type application/json, in UTF-8.',
    );
}

function methodNotAllowed(allow: string, message: string): SluiceError {
  return new SluiceError('METHOD_NOT_ALLOWED', message, { headers: { allow } });
}

function write(response: ServerResponse, { status, headers, body }: AdminAnswer, requestId: string): void {
  if (response.destroyed) return;
  // What was refused before its body was read leaves the rest of it on the connection.
  if (!response.req.complete) response.setHeader('connection', 'close');
  response.writeHead(status, {
    'cache-control': 'no-store',
    ...headers,
    ...(status !== 204 && { 'content-length': Buffer.byteLength(body) }),
    'x-content-type-options': 'nosniff',
    'x-request-id': requestId,
  });
  response.end(response.req.method === 'HEAD' ? undefined : body);
}
