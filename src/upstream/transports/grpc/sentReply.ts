import type { ClientHttp2Stream, IncomingHttpHeaders } from 'node:http2';
import { CallFailure } from '../../callFailure.ts';
import { malformedResponse } from '../../malformedResponse.ts';
import { unavailable } from '../../unavailable.ts';
import { wasRefused } from './channel.ts';
import type { Frame, FrameReader } from './frameReader.ts';

/** An answer of a gRPC method, as it came. */
export interface SentReply {
  /** Of gRPC: 0 is well. */
  readonly status: number;
  /** What the service says to a status that is not. */
  readonly message: string;
  readonly frames: readonly Frame[];
  readonly headers: IncomingHttpHeaders;
  readonly bytes: number;
}

const notGrpc = 'something that is not gRPC';

/** An answer that ended before its end. */
export function brokenStream(
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
export function replyOf(
  head: IncomingHttpHeaders,
  trailers: IncomingHttpHeaders,
  { subgraph, frames, bytes }: { subgraph: string; frames: FrameReader; bytes: number },
): SentReply | CallFailure {
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
  return { status, message: decoded(message), frames: frames.frames, headers: head, bytes };
}

/** Percent-encoded, so that it fits into a header. */
function decoded(message: string): string {
  try {
    return decodeURIComponent(message);
  } catch {
    return message; // As it came is better than nothing.
  }
}
