import type { IncomingMessage } from 'node:http';
import { SluiceError } from '../base/errors.ts';

/** The whole body as text; BODY_TOO_LARGE as soon as it is known to be over the limit, BAD_REQUEST when it is not UTF-8. */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<string> {
  const tooLarge = (): SluiceError =>
    new SluiceError('BODY_TOO_LARGE', `The body is over the ${maxBytes} bytes that the admin reads.`);
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge();
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw tooLarge();
    chunks.push(chunk);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch (cause) {
    throw new SluiceError('BAD_REQUEST', 'The body is not UTF-8 text.', { cause });
  }
}
