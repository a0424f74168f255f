import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  constants,
  type IncomingHttpHeaders,
} from 'node:http2';
import type { Clock } from '../../../base/clock.ts';
import type { ByteBudget } from '../../byteBudget.ts';
import { CallFailure } from '../../callFailure.ts';
import { givenUp } from '../../givenUp.ts';
import { tooLargeResponse } from '../../tooLargeResponse.ts';
import { tooLate } from '../../tooLate.ts';
import type { Channel } from './channel.ts';
import { frameOf } from './frameOf.ts';
import { type Frame, FrameReader } from './frameReader.ts';
import { inflateFrames } from './inflateFrames.ts';
import { brokenStream, replyOf, type SentReply } from './sentReply.ts';

/** What a gRPC method answered, whole. */
export interface GrpcReply extends Omit<SentReply, 'frames'> {
  readonly messages: readonly Buffer[];
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
  readonly budget: ByteBudget;
  readonly maxMessages: number;
  readonly signal: AbortSignal;
  readonly clock: Clock;
}

/**
 * One request and its whole answer, a stream included, with its messages inflated. Ends when the time is up, when more comes than is
 * read, or when nobody waits any more; whichever comes first also ends it on the wire. A message that is too large is cut off when its
 * length is announced.
 */
export async function tryOverGrpc(parts: GrpcTry): Promise<GrpcReply> {
  const frame = await frameOf(parts.message, parts.channel.compression);
  const { frames, ...reply } = await exchange(frame, parts);
  const isPlain = frames.every(({ isCompressed }) => !isCompressed);
  const { subgraph, budget } = parts;
  const messages = isPlain
    ? frames.map(({ bytes }) => bytes)
    : await inflateFrames(frames, { subgraph, budget, encoding: reply.headers['grpc-encoding'] });
  return { ...reply, messages };
}

function exchange(frame: Frame, parts: GrpcTry): Promise<SentReply> {
  return new Promise((resolve, reject) => {
    const { subgraph, channel, signal, budget, isCut, clock } = parts;
    if (signal.aborted) return reject(givenUp(subgraph, signal.reason));
    const frames = new FrameReader({ ...parts, maxBytes: budget.most });
    let head: IncomingHttpHeaders = {};
    let trailers: IncomingHttpHeaders = {};
    let settled = false;
    let bytes = 0;
    const session = channel.session();
    const begun = beginStream(session, frame, parts);
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
      if (!budget.take(chunk.length)) return fail(tooLargeResponse(subgraph, `${budget.most} bytes`));
      // Somebody on the way answers in its own words; its status is enough.
      if (Number(head[':status']) !== 200) return;
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
    stream.end(frame.bytes);
  });
}

function beginStream(
  session: ClientHttp2Session,
  frame: Frame,
  parts: GrpcTry,
): ClientHttp2Stream | CallFailure {
  const { channel, path, headers, timeoutMs, subgraph } = parts;
  try {
    return session.request({
      ...headers,
      ':method': 'POST',
      ':scheme': channel.scheme,
      ':authority': channel.authority,
      ':path': path,
      'content-type': 'application/grpc+proto',
      'grpc-accept-encoding': 'identity,gzip',
      ...(frame.isCompressed && { 'grpc-encoding': 'gzip' }),
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
