import { isUtf8 } from 'node:buffer';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, zstdDecompress } from 'node:zlib';
import { SluiceError } from '../base/errors.ts';
import { countValues } from './countValues.ts';
import { malformedResponse } from './malformedResponse.ts';
import { tooLargeResponse } from './tooLargeResponse.ts';
import type { HttpResponse } from './tryOverHttp.ts';

/** A response whose body is made into text when it is first read, once for all who share the call. */
export interface ReadableResponse {
  readonly status: number;
  readonly contentType: string | null;
  /** Inflated and checked; fails with SUBGRAPH_MALFORMED_RESPONSE or SUBGRAPH_RESPONSE_TOO_LARGE. */
  text(): string | Promise<string>;
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
  let text: string | Promise<string> | null = null;
  return {
    status,
    contentType,
    text() {
      text ??= readText(response, bounds);
      return text;
    },
  };
}

function readText({ body, contentEncoding }: HttpResponse, bounds: ReadBounds): string | Promise<string> {
  const encoding = contentEncoding?.toLowerCase() ?? 'identity';
  return encoding === 'identity' ? textOf(body, bounds) : inflatedText(body, encoding, bounds);
}

async function inflatedText(body: Buffer, encoding: string, bounds: ReadBounds): Promise<string> {
  const inflater = inflaters.get(encoding);
  if (!inflater) throw malformedResponse(bounds.subgraph, { encoding: encoding.slice(0, 100) });
  try {
    return textOf(await inflater(body, { maxOutputLength: bounds.maxBytes }), bounds);
  } catch (cause) {
    if (cause instanceof SluiceError) throw cause;
    if ((cause as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE')
      throw tooLargeResponse(bounds.subgraph, `${bounds.maxBytes} bytes`);
    throw malformedResponse(bounds.subgraph, { cause });
  }
}

function textOf(body: Buffer, { subgraph, maxValues }: ReadBounds): string {
  // Bytes that are no UTF-8 would become other characters, and one key another.
  if (!isUtf8(body)) throw malformedResponse(subgraph, { why: 'not UTF-8' });
  // Each value has a character of its own at least.
  if (body.length > maxValues && countValues(body) > maxValues)
    throw tooLargeResponse(subgraph, `${maxValues} values`);
  return body.toString('utf8');
}
