import { isUtf8 } from 'node:buffer';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, zstdDecompress } from 'node:zlib';
import { SluiceError } from '../base/errors.ts';
import type { ByteBudget } from './byteBudget.ts';
import { countValues } from './countValues.ts';
import { malformedResponse } from './malformedResponse.ts';
import { tooLargeResponse } from './tooLargeResponse.ts';
import type { HttpResponse } from './tryOverHttp.ts';

export interface TextBounds {
  readonly subgraph: string;
  readonly maxBytes: number;
  readonly maxValues: number;
  /** What of it may be inflated, where other answers are read beside it; all of it without. */
  readonly budget?: ByteBudget;
}

type Inflater = (body: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>;

const inflaters: ReadonlyMap<string, Inflater> = new Map<string, Inflater>([
  ['gzip', promisify(gunzip)],
  ['br', promisify(brotliDecompress)],
  ['deflate', promisify(inflate)],
  ['zstd', promisify(zstdDecompress)],
]);

/** The text of a body, inflated and checked; fails with SUBGRAPH_MALFORMED_RESPONSE or SUBGRAPH_RESPONSE_TOO_LARGE. */
export function readText({ body, headers }: HttpResponse, bounds: TextBounds): string | Promise<string> {
  const encoding = headers['content-encoding'];
  if (encoding === undefined) return textOf(body, bounds);
  const name = String(encoding).toLowerCase();
  return name === 'identity' ? textOf(body, bounds) : inflatedText(body, name, bounds);
}

async function inflatedText(body: Buffer, encoding: string, bounds: TextBounds): Promise<string> {
  const inflater = inflaters.get(encoding);
  if (!inflater) throw malformedResponse(bounds.subgraph, { encoding: encoding.slice(0, 100) });
  try {
    return textOf(await inflated(inflater, body, bounds), bounds);
  } catch (cause) {
    if (cause instanceof SluiceError) throw cause;
    if ((cause as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE')
      throw tooLargeResponse(bounds.subgraph, `${bounds.maxBytes} bytes`);
    throw malformedResponse(bounds.subgraph, { cause });
  }
}

function inflated(
  inflater: Inflater,
  body: Buffer,
  { subgraph, maxBytes, budget }: TextBounds,
): Promise<Buffer> {
  if (!budget) return inflater(body, { maxOutputLength: maxBytes });
  return budget.inTurn(async () => {
    const whole = await inflater(body, { maxOutputLength: budget.left });
    if (!budget.take(whole.length)) throw tooLargeResponse(subgraph, `${maxBytes} bytes`);
    return whole;
  });
}

function textOf(body: Buffer, { subgraph, maxValues }: TextBounds): string {
  // Bytes that are no UTF-8 would become other characters, and one key another.
  if (!isUtf8(body)) throw malformedResponse(subgraph, { why: 'not UTF-8' });
  // Each value has a character of its own at least.
  if (body.length > maxValues && countValues(body) > maxValues)
    throw tooLargeResponse(subgraph, `${maxValues} values`);
  return body.toString('utf8');
}
