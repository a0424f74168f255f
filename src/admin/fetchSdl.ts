import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { SluiceError } from '../base/errors.ts';
import { urlFault } from '../base/forbiddenAddress.ts';
import { guardedLookup } from '../base/guardedLookup.ts';
import { reasonOf } from './reasonOf.ts';

/** Asks a subgraph for its SDL: `{ _service { sdl } }`. Refuses with BAD_USER_INPUT or SUBGRAPH_UNREACHABLE. */
export type FetchSdl = (
  url: string,
  options: { readonly signal: AbortSignal; readonly headers?: Readonly<Record<string, string>> },
) => Promise<string>;

const timeoutMs = 10_000;
const maxBytes = 5 * 1024 ** 2;

/**
 * Whoever may publish makes this process call a URL of their choice. So it is `node:http` and not `fetch`: redirects are not followed,
 * and every address a name resolves to is looked at before the connection is made, not before another look-up.
 */
export const fetchSdl: FetchSdl = async (url, { signal, headers = {} }) => {
  const fault = urlFault(url);
  if (fault) throw new SluiceError('BAD_USER_INPUT', `The url ${url} ${fault}.`);
  const deadline = AbortSignal.timeout(timeoutMs);
  try {
    return sdlOf(await post(url, { signal: AbortSignal.any([signal, deadline]), headers }), url);
  } catch (failure) {
    if (failure instanceof SluiceError) throw failure;
    if (signal.aborted) throw signal.reason;
    const reason = deadline.aborted ? `no answer within ${timeoutMs} ms` : reasonOf(failure);
    throw unreachable(url, reason);
  }
};

async function post(
  url: string,
  { signal, headers: own }: { signal: AbortSignal; headers: Readonly<Record<string, string>> },
): Promise<string> {
  const send = new URL(url).protocol === 'https:' ? httpsRequest : httpRequest;
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const headers = {
      ...own,
      'content-type': 'application/json',
      accept: 'application/json',
      'accept-encoding': 'identity',
    };
    send(url, { method: 'POST', agent: false, lookup: guardedLookup, signal, headers }, resolve)
      .on('error', reject)
      .end(JSON.stringify({ query: '{ _service { sdl } }' }));
  });
  const { statusCode = 0 } = response;
  if (statusCode >= 300 && statusCode < 400)
    throw refusing(response, unreachable(url, `it answered ${statusCode}, and redirects are not followed`));
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes)
      throw refusing(response, unreachable(url, `its answer is over ${maxBytes / 1024 ** 2} MB`));
    chunks.push(chunk);
  }
  if (statusCode >= 500) throw unreachable(url, `it answered ${statusCode}`);
  return Buffer.concat(chunks).toString('utf8');
}

/** The rest of a refused answer is not read. */
function refusing(response: IncomingMessage, refusal: SluiceError): SluiceError {
  response.destroy();
  return refusal;
}

function sdlOf(body: string, url: string): string {
  const answer = jsonObject(body);
  const service = jsonObject(jsonObject(answer?.data)?._service);
  if (typeof service?.sdl === 'string' && service.sdl.trim() !== '') return service.sdl;
  const found = answer ? firstMessage(answer.errors) : 'something that is not a GraphQL result';
  throw new SluiceError(
    'BAD_USER_INPUT',
    `The subgraph at ${url} does not answer { _service { sdl } } as federation asks: it gave ${found}; send its schema along instead.`,
  );
}

/** An object from JSON text, or a value that already is one. */
function jsonObject(value: unknown): Record<string, unknown> | null {
  if (typeof value === 'string') {
    try {
      return jsonObject(JSON.parse(value));
    } catch {
      return null; // not JSON: the caller says so in its own words
    }
  }
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
}

function firstMessage(errors: unknown): string {
  const first = Array.isArray(errors) ? jsonObject(errors[0]) : null;
  return typeof first?.message === 'string' ? `the error "${first.message.slice(0, 200)}"` : 'no SDL';
}

function unreachable(url: string, reason: string): SluiceError {
  return new SluiceError('SUBGRAPH_UNREACHABLE', `The subgraph at ${url} could not be asked: ${reason}.`, {
    status: 502, // the admin's whole request fails with it, unlike a field of a client's query
  });
}
