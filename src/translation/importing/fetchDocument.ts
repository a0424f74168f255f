import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { SluiceError } from '../../base/errors.ts';
import { urlFault } from '../../base/forbiddenAddress.ts';
import { guardedLookup } from '../../base/guardedLookup.ts';

const timeoutMs = 10_000;
const maxBytes = 32 * 1024 ** 2;

/**
 * The text of a document at a URL. It may be anybody's URL, so redirects are not followed, and every address a name resolves to is looked
 * at before the connection is made. Rejects with BAD_USER_INPUT, whose message says why it cannot be had.
 */
export async function fetchDocument(url: string, signal: AbortSignal): Promise<string> {
  const fault = urlFault(url);
  if (fault) throw unreadable(url, `it ${fault}`);
  const deadline = AbortSignal.timeout(timeoutMs);
  try {
    return await get(url, AbortSignal.any([signal, deadline]));
  } catch (failure) {
    if (failure instanceof SluiceError) throw failure;
    if (signal.aborted) throw signal.reason;
    throw unreadable(url, deadline.aborted ? `no answer within ${timeoutMs} ms` : (failure as Error).message);
  }
}

async function get(url: string, signal: AbortSignal): Promise<string> {
  const send = new URL(url).protocol === 'https:' ? httpsRequest : httpRequest;
  const headers = { accept: 'application/json, application/yaml, */*', 'accept-encoding': 'identity' };
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    send(url, { agent: false, lookup: guardedLookup, signal, headers }, resolve).on('error', reject).end();
  });
  const { statusCode = 0 } = response;
  try {
    if (statusCode >= 300 && statusCode < 400)
      throw unreadable(url, `it answered ${statusCode}, and redirects are not followed`);
    if (statusCode !== 200) throw unreadable(url, `it answered ${statusCode}`);
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of response as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > maxBytes) throw unreadable(url, `it is over ${maxBytes / 1024 ** 2} MB`);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString('utf8');
  } finally {
    response.destroy();
  }
}

function unreadable(url: string, why: string): SluiceError {
  return new SluiceError('BAD_USER_INPUT', `The document at ${url} cannot be read: ${why}.`);
}
