import type { IncomingMessage, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, zstdDecompress } from 'node:zlib';
import type { Clock, Timer } from './clock.ts';
import { SluiceError } from './errors.ts';

/** What a body is read from. */
export interface BodyExchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Aborted when nobody waits any more; a SluiceError as its reason is thrown. */
  readonly signal: AbortSignal;
}

export interface BodyLimits {
  /** Counted as sent and again after inflating. */
  readonly maxBytes: number;
  /** How much larger than sent a body may become by inflating. */
  readonly maxRatio: number;
  /** For the whole body. */
  readonly timeoutMs: number;
  /** Without a byte. */
  readonly idleTimeoutMs: number;
}

type Inflater = (body: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>;

const inflaters: ReadonlyMap<string, Inflater> = new Map<string, Inflater>([
  ['gzip', promisify(gunzip)],
  ['x-gzip', promisify(gunzip)],
  ['br', promisify(brotliDecompress)],
  ['zstd', promisify(zstdDecompress)],
]);

/** Small bodies may inflate to this size whatever the ratio: a few repeated words compress well. */
const ratioFloorBytes = 64 * 1024;

interface ReadParts {
  readonly bodyLimits: BodyLimits;
  readonly clock: Clock;
}

/** Reads a request's body within its limits, inflated. The response to a refusal can be sent while the body still comes. */
export async function readBody(
  exchange: BodyExchange,
  { bodyLimits: limits, clock }: ReadParts,
): Promise<Buffer> {
  const { request, response } = exchange;
  const encoding = request.headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
  const inflater = inflaters.get(encoding);
  if (!inflater && encoding !== 'identity' && encoding !== '') {
    throw new SluiceError(
      'UNSUPPORTED_MEDIA_TYPE',
      'The content-encoding is not one that is read; allowed: one of gzip, br, zstd.',
      {
        headers: { 'accept-encoding': 'gzip, br, zstd' },
      },
    );
  }
  if (Number(request.headers['content-length']) > limits.maxBytes) throw tooLarge(limits);
  if (request.headers.expect !== undefined) response.writeContinue();
  const sent = request.complete
    ? takeWhole(request, limits)
    : await collect(exchange, { bodyLimits: limits, clock });
  return inflater ? inflate(sent, { inflater, encoding, limits }) : sent;
}

/** What came together with the header fields, as most bodies do: nothing has to be waited for. */
function takeWhole(request: IncomingMessage, limits: BodyLimits): Buffer {
  const body: Buffer = request.read() ?? Buffer.alloc(0);
  if (body.length > limits.maxBytes) throw tooLarge(limits);
  return body;
}

function collect(
  { request, signal }: BodyExchange,
  { bodyLimits: limits, clock }: ReadParts,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(brokenOff(signal));
    const chunks: Buffer[] = [];
    let bytes = 0;
    let idle: Timer = startIdle();
    const whole = clock.after(limits.timeoutMs, () => finish(() => reject(timedOut(limits.timeoutMs))));

    function startIdle(): Timer {
      return clock.after(limits.idleTimeoutMs, () => finish(() => reject(timedOut(limits.idleTimeoutMs))));
    }
    function finish(settle: () => void): void {
      idle.cancel();
      whole.cancel();
      request.off('data', onData).off('end', onEnd).off('error', onGone).off('close', onGone);
      signal.removeEventListener('abort', onGone);
      settle();
    }
    function onData(chunk: Buffer): void {
      bytes += chunk.length;
      if (bytes > limits.maxBytes) {
        finish(() => reject(tooLarge(limits)));
        return;
      }
      chunks.push(chunk);
      idle.cancel();
      idle = startIdle();
    }
    function onEnd(): void {
      finish(() => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
    }
    function onGone(): void {
      finish(() => reject(brokenOff(signal)));
    }
    request.on('data', onData).on('end', onEnd).on('error', onGone).on('close', onGone);
    signal.addEventListener('abort', onGone);
  });
}

function brokenOff({ reason }: AbortSignal): SluiceError {
  if (reason instanceof SluiceError) return reason;
  return new SluiceError('BAD_REQUEST', 'The connection ended before the body did.');
}

async function inflate(
  sent: Buffer,
  { inflater, encoding, limits }: { inflater: Inflater; encoding: string; limits: BodyLimits },
): Promise<Buffer> {
  const maxOutputLength = Math.min(limits.maxBytes, Math.max(ratioFloorBytes, sent.length * limits.maxRatio));
  try {
    return await inflater(sent, { maxOutputLength });
  } catch (cause) {
    if ((cause as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(limits);
    throw new SluiceError('BAD_REQUEST', `The body is not what its content-encoding, ${encoding}, says.`, {
      cause,
    });
  }
}

function tooLarge(limits: BodyLimits): SluiceError {
  return new SluiceError(
    'BODY_TOO_LARGE',
    `The body is larger than allowed: ${limits.maxBytes} bytes, as sent and inflated.`,
  );
}

function timedOut(afterMs: number): SluiceError {
  return new SluiceError('BODY_TIMEOUT', `The body did not arrive within ${afterMs} ms.`, {
    headers: { connection: 'close' },
  });
}
