import type { IncomingMessage } from 'node:http';
import { SluiceError } from '../base/errors.ts';

/** Fields of which a request has one at most: of two, a proxy in front could have checked the one and we read the other. */
const single = new Set(['host', 'content-type', 'authorization', 'x-api-key']);

/** Whoever sent the fault may read the bytes after it differently from us. */
const headers = { connection: 'close' };

/** What is wrong with a request as HTTP, told from its header fields; null for a sound one. */
export function httpFault(request: IncomingMessage, { maxHeaderCount }: { maxHeaderCount: number }) {
  const count = request.rawHeaders.length / 2;
  if (count > maxHeaderCount) {
    return new SluiceError(
      'HEADERS_TOO_LARGE',
      `The request has ${count} header fields; allowed: ${maxHeaderCount}.`,
    );
  }
  const twice = repeatedField(request);
  if (twice) return new SluiceError('BAD_REQUEST', `The request has the header ${twice} twice.`, { headers });
  const { host, expect } = request.headers;
  if (host === undefined && request.httpVersion === '1.1')
    return new SluiceError('BAD_REQUEST', 'The request has no header host.', { headers });
  if (expect !== undefined && expect.toLowerCase() !== '100-continue') {
    return new SluiceError('BAD_REQUEST', 'The expectation cannot be met; allowed: 100-continue.', {
      headers,
      status: 417,
    });
  }
  return null;
}

function repeatedField({ rawHeaders }: IncomingMessage): string | null {
  const seen = new Set<string>();
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]?.toLowerCase() ?? '';
    if (!single.has(name)) continue;
    if (seen.has(name)) return name;
    seen.add(name);
  }
  return null;
}
