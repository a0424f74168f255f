import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { ByteBudget } from '../../byteBudget.ts';
import { CallFailure } from '../../callFailure.ts';
import { malformedResponse } from '../../malformedResponse.ts';
import { tooLargeResponse } from '../../tooLargeResponse.ts';
import type { Frame } from './frameReader.ts';

const inflate = promisify(gunzip);

interface InflateBounds {
  readonly subgraph: string;
  /** Of all messages together, and of those of other answers to the same call. */
  readonly budget: ByteBudget;
  /** As the head of the answer says. */
  readonly encoding: unknown;
}

/** The messages of an answer, one inflated after the other and no further than may be read. Rejects with a CallFailure. */
export async function inflateFrames(
  frames: readonly Frame[],
  { subgraph, budget, encoding }: InflateBounds,
): Promise<readonly Buffer[]> {
  const messages: Buffer[] = [];
  for (const { isCompressed, bytes } of frames) {
    if (isCompressed && encoding !== 'gzip')
      throw malformedResponse(
        subgraph,
        { encoding: String(encoding).slice(0, 100) },
        undefined,
        'a message compressed in a way it was not asked for',
      );
    messages.push(isCompressed ? await budget.inTurn(() => inflated(bytes, { subgraph, budget })) : bytes);
  }
  return messages;
}

async function inflated(
  bytes: Buffer,
  { subgraph, budget }: Pick<InflateBounds, 'subgraph' | 'budget'>,
): Promise<Buffer> {
  try {
    const message = await inflate(bytes, { maxOutputLength: budget.left });
    if (budget.take(message.length)) return message;
    throw tooLargeResponse(subgraph, `${budget.most} bytes`);
  } catch (cause) {
    if (cause instanceof CallFailure) throw cause;
    if ((cause as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE')
      throw tooLargeResponse(subgraph, `${budget.most} bytes`);
    throw malformedResponse(subgraph, { cause }, undefined, 'a compressed message that cannot be read');
  }
}
