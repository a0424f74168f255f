import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { malformedResponse } from '../../malformedResponse.ts';
import { tooLargeResponse } from '../../tooLargeResponse.ts';
import type { Frame } from './frameReader.ts';

const inflate = promisify(gunzip);

interface InflateBounds {
  readonly subgraph: string;
  /** Of all messages together. */
  readonly maxBytes: number;
  /** As the head of the answer says. */
  readonly encoding: unknown;
}

/** The messages of an answer, one inflated after the other and no further than may be read. Rejects with a CallFailure. */
export async function inflateFrames(
  frames: readonly Frame[],
  { subgraph, maxBytes, encoding }: InflateBounds,
): Promise<readonly Buffer[]> {
  const messages: Buffer[] = [];
  let left = maxBytes;
  for (const { isCompressed, bytes } of frames) {
    if (isCompressed && encoding !== 'gzip')
      throw malformedResponse(
        subgraph,
        { encoding: String(encoding).slice(0, 100) },
        undefined,
        'a message compressed in a way it was not asked for',
      );
    const message = isCompressed ? await inflated(bytes, left, { subgraph, maxBytes }) : bytes;
    left -= message.length;
    if (left < 0) throw tooLargeResponse(subgraph, `${maxBytes} bytes`);
    messages.push(message);
  }
  return messages;
}

async function inflated(
  bytes: Buffer,
  maxOutputLength: number,
  { subgraph, maxBytes }: Pick<InflateBounds, 'subgraph' | 'maxBytes'>,
): Promise<Buffer> {
  try {
    // Zero would be no bound at all.
    return await inflate(bytes, { maxOutputLength: Math.max(1, maxOutputLength) });
  } catch (cause) {
    if ((cause as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE')
      throw tooLargeResponse(subgraph, `${maxBytes} bytes`);
    throw malformedResponse(subgraph, { cause }, undefined, 'a compressed message that cannot be read');
  }
}
