import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  constants,
  type IncomingHttpHeaders,
} from 'node:http2';
import type { Clock } from '../../../base/clock.ts';
import { CallFailure } from '../../callFailure.ts';
import { givenUp } from '../../givenUp.ts';
import { malformedResponse } from '../../malformedResponse.ts';
import { tooLargeResponse } from '../../tooLargeResponse.ts';
import { tooLate } from '../../tooLate.ts';
import { unavailable } from '../../unavailable.ts';
import { type Channel, wasRefused } from './channel.ts';
import { FrameReader } from './frameReader.ts';

/** What a gRPC method answered, whole. */
export interface GrpcReply {
  /** Of gRPC: 0 is well. */
  readonly status: number;
  /** What the service says to a status that is not. */
  readonly message: string;
  readonly messages: readonly Buffer[];
  readonly headers: IncomingHttpHeaders;
  readonly bytes: number;
}

interface GrpcTry {
  readonly subgraph: string;
  readonly channel: Channel;
  /** `/package.Service/Method` */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly message: Buffer;
  readonly timeoutMs: number;
  readonly isCut: boolean;
  readonly maxBytes: number;
  readonly maxMessages: number;
  readonly signal: AbortSignal;
  readonly clock: Clock;
}

const notGrpc = 'something that is not gRPC';

/**
 * One request and its whole answer, a stream included. Ends when the time is up, when more comes than is read, or when nobody waits any
 * more; whichever comes first also ends it on the wire. A message that is too large is cut off when its length is announced.
 */
export function tryOverGrpc(parts: GrpcTry): Promise<GrpcReply> {
  return new Promise((resolve, reject) => {
    const { subgraph, channel, signal, maxBytes, isCut, clock } = parts;
    if (signal.aborted) return reject(givenUp(subgraph, signal.reason));
    const frames = new FrameReader(parts);
    let head: IncomingHttpHeaders = {};
    let trailers: IncomingHttpHeaders = {};
    let settled = false;
    let bytes = 0;
    const session = channel.session();
    const begun = beginStream(session, parts);
    if (begun instanceof CallFailure) return reject(begun);
    const stream = begun;
    const ended = channel.begin();

    const settle = (): boolean => {
      if (settled) return false;
      settled = true;
      timer.cancel();
      signal.removeEventListener('abort', onAbort);
      ended();
      return true;
    };
    const fail = (failure: Error): void => {
      if (!settle()) return;
      reject(failure);
      stream.close(constants.NGHTTP2_CANCEL);
    };
    const onAbort = (): void => fail(givenUp(subgraph, signal.reason));
    const timer = clock.after(parts.timeoutMs, () => {
      if (bytes === 0) channel.doubt(session);
      fail(tooLate(subgraph, isCut));
    });
    signal.addEventListener('abort', onAbort, { once: true });

    stream.on('response', (headers) => {
      head = headers;
    });
    stream.on('trailers', (headers) => {
      trailers = headers;
    });
    stream.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > maxBytes) return fail(tooLargeResponse(subgraph, `${maxBytes} bytes`));
      const fault = frames.add(chunk);
      if (fault) fail(fault);
    });
    // Whatever it is, the stream closes after it; an error event without a listener would end the process.
    let broken: Error | null = null;
    stream.on('error', (failure) => {
      broken = failure;
    });
    stream.on('close', () => {
      // Its native half is freed late, and would keep the answer, and all that waits for it, until then.
      stream.removeAllListeners();
      if (settled) return;
      const outcome =
        broken || stream.rstCode !== 0
          ? brokenStream(stream, { subgraph, isConnected: channel.wasConnected(session), head, broken })
          : replyOf(head, trailers, { subgraph, frames, bytes });
      if (outcome instanceof CallFailure) fail(outcome);
      else if (settle()) resolve(outcome);
    });
    stream.end(framed(parts.message));
  });
}

function beginStream(session: ClientHttp2Session, parts: GrpcTry): ClientHttp2Stream | CallFailure {
  const { channel, path, headers, timeoutMs, subgraph } = parts;
  try {
    return session.request({
      ...headers,
      ':method': 'POST',
      ':scheme': channel.scheme,
      ':authority': channel.authority,
      ':path': path,
      'content-type': 'application/grpc+proto',
      'grpc-accept-encoding': 'identity',
      'grpc-timeout': grpcTimeout(timeoutMs),
      te: 'trailers',
    });
  } catch (cause) {
    // It was just going away.
    return new CallFailure('SUBGRAPH_UNREACHABLE', `Subgraph "${subgraph}" could not be reached.`, {
      cause,
      fault: 'connect',
      isRetryable: true,
      isUnsent: true,
    });
  }
}

/** At most eight digits and a unit. */
function grpcTimeout(ms: number): string {
  const whole = Math.max(1, Math.floor(ms));
  return whole < 100_000_000 ? `${whole}m` : `${Math.floor(whole / 1000)}S`;
}

function framed(message: Buffer): Buffer {
  const frame = Buffer.allocUnsafe(message.length + 5);
  frame[0] = 0;
  frame.writeUInt32BE(message.length, 1);
  message.copy(frame, 5);
  return frame;
}

function brokenStream(
  { rstCode }: ClientHttp2Stream,
  {
    subgraph,
    isConnected,
    head,
    broken,
  }: {
    readonly subgraph: string;
    readonly isConnected: boolean;
    readonly head: IncomingHttpHeaders;
    readonly broken: Error | null;
  },
): CallFailure {
  const isUnsent = !isConnected || wasRefused(rstCode ?? 0);
  const isUnanswered = head[':status'] === undefined;
  if (broken && 'code' in broken && broken.code === 'ERR_HTTP2_ERROR' && isUnanswered)
    return malformedResponse(subgraph, { cause: broken }, undefined, notGrpc);
  return new CallFailure(
    'SUBGRAPH_UNREACHABLE',
    `Subgraph "${subgraph}" ${isUnanswered ? 'could not be reached' : 'broke off its answer'}.`,
    { cause: broken, fault: isUnsent ? 'connect' : 'reset', isRetryable: isUnanswered, isUnsent },
  );
}

/** The status stands in the trailers, or in the head where there is nothing else. */
function replyOf(
  head: IncomingHttpHeaders,
  trailers: IncomingHttpHeaders,
  { subgraph, frames, bytes }: { subgraph: string; frames: FrameReader; bytes: number },
): GrpcReply | CallFailure {
  const httpStatus = Number(head[':status'] ?? 0);
  const told = trailers['grpc-status'] ?? head['grpc-status'];
  const status = told === undefined ? Number.NaN : Number(told);
  if (!Number.isInteger(status)) {
    if ([429, 502, 503, 504].includes(httpStatus))
      return unavailable(subgraph, { status: httpStatus, retryAfterMs: 0 });
    return malformedResponse(
      subgraph,
      { status: httpStatus, contentType: head['content-type'] },
      { status: httpStatus || 200, retryAfterMs: 0 },
      notGrpc,
    );
  }
  if (frames.isOpen)
    return malformedResponse(subgraph, { why: 'a frame without its end' }, undefined, notGrpc);
  const message = String(trailers['grpc-message'] ?? head['grpc-message'] ?? '');
  return { status, message: decoded(message), messages: frames.messages, headers: head, bytes };
}

/** Percent-encoded, so that it fits into a header. */
function decoded(message: string): string {
  try {
    return decodeURIComponent(message);
  } catch {
    return message; // As it came is better than nothing.
  }
}
