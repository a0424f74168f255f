import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, zstdDecompress } from 'node:zlib';
import { SluiceError } from '../base/errors.ts';
import type { SubgraphResult } from '../model/subgraphCall.ts';
import type { HttpResponse } from './tryOverHttp.ts';

interface ReadOptions {
  readonly subgraph: string;
  readonly maxBytes: number;
  /** Names in an error's extensions that are kept besides `code`. */
  readonly extensions: readonly string[];
}

/** More errors than this of one answer are dropped, and longer messages cut: they would be multiplied by every entity they reach. */
const maxErrors = 100;
const maxMessageLength = 4096;

type Inflater = (body: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>;

const inflaters: ReadonlyMap<string, Inflater> = new Map<string, Inflater>([
  ['gzip', promisify(gunzip)],
  ['br', promisify(brotliDecompress)],
  ['deflate', promisify(inflate)],
  ['zstd', promisify(zstdDecompress)],
]);

/** An HTTP response as a GraphQL result with checked outlines, or the error that says what it was instead. */
export async function readResult(response: HttpResponse, options: ReadOptions): Promise<SubgraphResult> {
  const { status, contentType } = response;
  if (status >= 300 && status < 400)
    throw malformed(options.subgraph, { status, why: 'redirects are not followed' });
  const isJson = contentType !== null && /^application\/(?:[\w.-]+\+)?json\b/i.test(contentType);
  if (!isJson) {
    if (status >= 502 && status <= 504) throw unavailable(options.subgraph, status);
    throw malformed(options.subgraph, { status, contentType });
  }
  const parsed = parseJson(await inflated(response, options), { status, subgraph: options.subgraph });
  if (typeof parsed !== 'object' || parsed === null)
    throw malformed(options.subgraph, { status, why: 'not an object' });
  const { data, errors, extensions } = parsed as Record<string, unknown>;
  if (errors !== undefined && errors !== null && !Array.isArray(errors)) {
    throw malformed(options.subgraph, { status, why: 'errors is not a list' });
  }
  if (data !== undefined && (typeof data !== 'object' || Array.isArray(data))) {
    throw malformed(options.subgraph, { status, why: 'data is not an object' });
  }
  if (data === undefined && (errors ?? []).length === 0) {
    if (status >= 500) throw unavailable(options.subgraph, status);
    throw malformed(options.subgraph, { status, why: 'neither data nor errors' });
  }
  return {
    data: data ?? null,
    errors: errors?.length
      ? errors.slice(0, maxErrors).map((error: unknown) => readError(error, options))
      : null,
    extensions,
  };
}

async function inflated({ body, contentEncoding }: HttpResponse, options: ReadOptions): Promise<Buffer> {
  if (contentEncoding === null || contentEncoding === 'identity') return body;
  const inflater = inflaters.get(contentEncoding.toLowerCase());
  if (!inflater) throw malformed(options.subgraph, { contentEncoding: contentEncoding.slice(0, 100) });
  try {
    return await inflater(body, { maxOutputLength: options.maxBytes });
  } catch (cause) {
    if ((cause as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE') {
      throw new SluiceError(
        'SUBGRAPH_RESPONSE_TOO_LARGE',
        `The answer of subgraph "${options.subgraph}" is larger than ${options.maxBytes} bytes, the most that is read.`,
      );
    }
    throw malformed(options.subgraph, { cause });
  }
}

function parseJson(body: Buffer, where: { status: number; subgraph: string }): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (cause) {
    if (where.status >= 502 && where.status <= 504) throw unavailable(where.subgraph, where.status);
    throw malformed(where.subgraph, { status: where.status, cause });
  }
}

/** A subgraph's error as it may go on: message, a sound path, its code, and what the allow-list names. */
function readError(error: unknown, { extensions: allowed }: ReadOptions): unknown {
  const { message, path, extensions } = Object(error) as Record<string, unknown>;
  const given = Object(extensions) as Record<string, unknown>;
  const kept: Record<string, unknown> = Object.create(null);
  for (const name of allowed) if (Object.hasOwn(given, name)) kept[name] = given[name];
  return {
    message:
      typeof message === 'string' && message
        ? message.slice(0, maxMessageLength)
        : 'The subgraph reported an error.',
    ...(isPath(path) ? { path } : {}),
    extensions: {
      ...kept,
      code: typeof given.code === 'string' ? given.code.slice(0, 128) : 'SUBGRAPH_ERROR',
    },
  };
}

function isPath(path: unknown): path is (string | number)[] {
  return (
    Array.isArray(path) &&
    path.every((key) => typeof key === 'string' || (Number.isInteger(key) && (key as number) >= 0))
  );
}

function malformed(subgraph: string, detail: unknown): SluiceError {
  return new SluiceError(
    'SUBGRAPH_MALFORMED_RESPONSE',
    `Subgraph "${subgraph}" answered something that is not a GraphQL result.`,
    { detail },
  );
}

function unavailable(subgraph: string, status: number): SluiceError {
  return new SluiceError('SUBGRAPH_UNREACHABLE', `Subgraph "${subgraph}" is not available.`, {
    detail: { status },
  });
}
