import { isUtf8 } from 'node:buffer';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, zstdDecompress } from 'node:zlib';
import { countValues } from './countValues.ts';
import { malformedResponse } from './malformedResponse.ts';
import { tooLargeResponse } from './tooLargeResponse.ts';
import type { HttpResponse } from './tryOverHttp.ts';

/** A response whose body is made into text when it is first read, once for all who share the call. */
export interface ReadableResponse {
  readonly status: number;
  readonly contentType: string | null;
  /** Inflated and checked; rejects with SUBGRAPH_MALFORMED_RESPONSE or SUBGRAPH_RESPONSE_TOO_LARGE. */
  text(): Promise<string>;
}

interface ReadBounds {
  readonly subgraph: string;
  readonly maxBytes: number;
  readonly maxValues: number;
}

type Inflater = (body: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>;

const inflaters: ReadonlyMap<string, Inflater> = new Map<string, Inflater>([
  ['gzip', promisify(gunzip)],
  ['br', promisify(brotliDecompress)],
  ['deflate', promisify(inflate)],
  ['zstd', promisify(zstdDecompress)],
]);

export function readableResponse(response: HttpResponse, bounds: ReadBounds): ReadableResponse {
  const { status, contentType } = response;
  let reading: Promise<string> | null = null;
  return {
    status,
    contentType,
    text() {
      reading ??= readText(response, bounds);
      return reading;
    },
  };
}

async function readText(response: HttpResponse, bounds: ReadBounds): Promise<string> {
  const { subgraph, maxValues } = bounds;
  const body = await inflated(response, bounds);
  // Bytes that are no UTF-8 would become other characters, and one key another.
  if (!isUtf8(body)) throw malformedResponse(subgraph, { why: 'not UTF-8' });
  // Each value has a character of its own at least.
  if (body.length > maxValues && countValues(body) > maxValues)
    throw tooLargeResponse(subgraph, `${maxValues} values`);
  return body.toString('utf8');
}

async function inflated({ body, contentEncoding }: HttpResponse, bounds: ReadBounds): Promise<Buffer> {
  const encoding = contentEncoding?.toLowerCase() ?? 'identity';
  if (encoding === 'identity') return body;
  const inflater = inflaters.get(encoding);
  if (!inflater) throw malformedResponse(bounds.subgraph, { encoding: encoding.slice(0, 100) });
  try {
    return await inflater(body, { maxOutputLength: bounds.maxBytes });
  } catch (cause) {
    if ((cause as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE')
      throw tooLargeResponse(bounds.subgraph, `${bounds.maxBytes} bytes`);
    throw malformedResponse(bounds.subgraph, { cause });
  }
}
