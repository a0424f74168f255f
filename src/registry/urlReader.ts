import { Agent, type Dispatcher, request } from 'undici';
import type { Clock } from '../base/clock.ts';
import { SluiceError } from '../base/errors.ts';
import { urlFault } from '../base/forbiddenAddress.ts';
import { guardedLookup } from '../base/guardedLookup.ts';
import { sha256 } from '../base/sha256.ts';
import type { SupergraphReader } from './supergraphReader.ts';

export interface UrlReaderOptions {
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly maxBytes: number;
}

/** Asks a URL with what it knows of its last answer, so that an unchanged supergraph costs a 304. Redirects are refused. */
export function createUrlReader(url: string, options: UrlReaderOptions): SupergraphReader {
  const fault = urlFault(url);
  if (fault !== null) throw new SluiceError('BAD_USER_INPUT', `The supergraph URL ${fault}`);
  const dispatcher = new Agent({
    connections: 1,
    connect: { timeout: Math.min(options.timeoutMs, 5000), lookup: guardedLookup },
  });
  let etag: string | null = null;
  let lastHash: string | null = null;

  return {
    async read() {
      const ended = new AbortController();
      const timer = options.clock.after(options.timeoutMs, () =>
        ended.abort(new Error(`no answer in ${options.timeoutMs} ms`)),
      );
      try {
        const response = await request(url, {
          dispatcher,
          signal: ended.signal,
          headers: {
            accept: 'text/plain, application/graphql, */*',
            ...(etag === null ? {} : { 'if-none-match': etag }),
          },
        });
        const text = await readAnswer(response, options.maxBytes);
        if (text === null) return null;
        etag = singleOf(response.headers.etag);
        const hash = sha256(text);
        if (hash === lastHash) return null;
        lastHash = hash;
        return text;
      } catch (failure) {
        if (failure instanceof SluiceError) throw failure;
        throw unreadable(`cannot be read: ${failure instanceof Error ? failure.message : failure}`);
      } finally {
        timer.cancel();
      }
    },
    close: () => dispatcher.destroy(),
  };
}

async function readAnswer(
  { statusCode, body }: Dispatcher.ResponseData,
  maxBytes: number,
): Promise<string | null> {
  if (statusCode === 200) return await readCapped(body, maxBytes);
  await body.dump();
  if (statusCode === 304) return null;
  const redirected = statusCode >= 300 && statusCode < 400;
  throw unreadable(`was answered with ${statusCode}${redirected ? ', and redirects are not followed' : ''}`);
}

async function readCapped(body: Dispatcher.ResponseData['body'], maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw unreadable(`is larger than the ${maxBytes} bytes that are allowed`); // leaving the loop ends the call
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function singleOf(header: string | string[] | undefined): string | null {
  return typeof header === 'string' ? header : null;
}

/** The URL stays out of it: it may hold a key in its query. */
function unreadable(reason: string): SluiceError {
  return new SluiceError('BAD_USER_INPUT', `The supergraph of the URL ${reason}`);
}
