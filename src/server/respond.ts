import { promisify } from 'node:util';
import { brotliCompress, constants, gzip, zstdCompress } from 'node:zlib';
import type { Clock } from '../base/clock.ts';
import type { Exchange } from './connections.ts';
import { discardRest, isRestComing, isRestSmall } from './discardRest.ts';

/** A whole response, before it is compressed. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: string;
}

export interface CompressionOptions {
  readonly enabled: boolean;
  readonly minBytes: number;
}

type Compressor = (body: string) => Promise<Buffer>;

const brotli = promisify(brotliCompress);
const zip = promisify(gzip);
const zstd = promisify(zstdCompress);

/** In the order we like them: the least CPU for its size first. Levels are those where a live answer gains most per millisecond. */
const compressors: ReadonlyMap<string, Compressor> = new Map<string, Compressor>([
  ['zstd', (body) => zstd(body, { params: { [constants.ZSTD_c_compressionLevel]: 3 } })],
  ['br', (body) => brotli(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } })],
  ['gzip', (body) => zip(body, { level: 5 })],
]);

/** What was written: body bytes, and whether the client's system has them already. */
export interface Written {
  readonly bytes: number;
  readonly taken: boolean;
}

/** Writes an answer, compressed where the client asked for it. */
export async function respond(
  exchange: Exchange,
  answer: Answer,
  { compression, clock }: { compression: CompressionOptions; clock: Clock },
): Promise<Written> {
  const { request, response } = exchange;
  let body: string | Buffer = answer.body;
  let bytes = Buffer.byteLength(body);
  const headers: Record<string, string | string[]> = { ...answer.headers };
  if (compression.enabled && bytes >= compression.minBytes) {
    headers.vary = headers.vary ? `${headers.vary}, accept-encoding` : 'accept-encoding';
    const encoding = chooseEncoding(request.headers['accept-encoding']);
    const compressor = encoding === null ? undefined : compressors.get(encoding);
    if (compressor && encoding !== null) {
      body = await compressor(answer.body);
      bytes = body.length;
      headers['content-encoding'] = encoding;
    }
  }
  if (response.destroyed) return { bytes: 0, taken: false };
  // These have no body, and of one that was kept nobody asks the length again (RFC 9110, section 8.6).
  if (answer.status !== 204 && answer.status !== 304) headers['content-length'] = String(bytes);
  const restIsComing = isRestComing(request);
  if (exchange.isLast() || (restIsComing && !isRestSmall(request))) headers.connection = 'close';
  response.writeHead(answer.status, headers);
  if (request.method === 'HEAD') bytes = 0;
  if (!restIsComing || bytes === 0) {
    response.end(bytes === 0 ? undefined : body);
    return { bytes, taken: false };
  }
  const taken = await new Promise<boolean>((resolve) => response.write(body, (failure) => resolve(!failure)));
  discardRest(exchange, clock);
  return { bytes, taken };
}

/** The first of ours that Accept-Encoding allows; null for an answer as it is. */
function chooseEncoding(accepted: string | string[] | undefined): string | null {
  if (accepted === undefined || accepted.length > 1024) return null;
  const wanted = new Map<string, boolean>();
  for (const range of String(accepted).split(',')) {
    const [name = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    wanted.set(name, !parameters.some((parameter) => /^q=0(?:\.0{0,3})?$/.test(parameter)));
  }
  for (const name of compressors.keys()) if (wanted.get(name) ?? wanted.get('*') ?? false) return name;
  return null;
}
