import { type Dispatcher, errors } from 'undici';
import type { Clock } from '../base/clock.ts';
import { SluiceError } from '../base/errors.ts';
import type { SubgraphCall } from '../model/subgraphCall.ts';
import { gatherBody } from './gatherBody.ts';
import { malformedResponse } from './malformedResponse.ts';
import type { Target } from './pools.ts';
import { tooLargeResponse } from './tooLargeResponse.ts';

/** What a subgraph answered over HTTP, whole. */
export interface HttpResponse {
  readonly status: number;
  readonly contentType: string | null;
  readonly contentEncoding: string | null;
  readonly body: Buffer;
}

interface TryParts {
  readonly target: Target;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
  readonly headers: Record<string, string | string[]>;
  readonly timeoutMs: number;
  readonly maxBytes: number;
  readonly clock: Clock;
}

/**
 * One try: a POST, its whole response. Ends when the time is up, the response is too large or nobody waits any more; whichever
 * comes first also ends the request on the wire. Written on undici's `dispatch`, which needs no streams.
 */
export function tryOverHttp(call: SubgraphCall, parts: TryParts): Promise<HttpResponse> {
  return new Promise((resolve, reject) => {
    const { signal } = parts;
    const body = gatherBody();
    let bytes = 0;
    let status = 0;
    let headers: Record<string, string | string[] | undefined> = {};
    let wire: Dispatcher.DispatchController | null = null;
    let settled = false;

    const settle = (): boolean => {
      if (settled) return false;
      settled = true;
      timer.cancel();
      signal.removeEventListener('abort', onAbort);
      return true;
    };
    const fail = (error: SluiceError): void => {
      if (!settle()) return;
      reject(error);
      wire?.abort(error);
    };
    const onAbort = (): void => fail(gone(call, signal.reason));
    const timer = parts.clock.after(parts.timeoutMs, () =>
      fail(new SluiceError('SUBGRAPH_TIMEOUT', `Subgraph "${call.subgraph}" did not answer in time.`)),
    );

    if (signal.aborted) return onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    parts.target.pool.dispatch(
      { method: 'POST', path: parts.target.path, headers: parts.headers, body: call.body },
      {
        onRequestStart(controller) {
          wire = controller;
          // Given up while it waited for a connection.
          if (settled) controller.abort(new Error('Nobody waits for this call any more'));
        },
        onResponseStart(_controller, statusCode, responseHeaders) {
          status = statusCode;
          headers = responseHeaders;
          if (Number(headers['content-length']) > parts.maxBytes)
            fail(tooLargeResponse(call.subgraph, `${parts.maxBytes} bytes`));
        },
        onResponseData(_controller, chunk) {
          bytes += chunk.length;
          if (bytes > parts.maxBytes) fail(tooLargeResponse(call.subgraph, `${parts.maxBytes} bytes`));
          else body.add(chunk);
        },
        onResponseEnd() {
          if (!settle()) return;
          resolve({
            status,
            contentType: single(headers['content-type']),
            contentEncoding: single(headers['content-encoding']),
            body: body.whole(),
          });
        },
        onResponseError(_controller, cause) {
          fail(brokenResponse(call, { status, cause }));
        },
      },
    );
  });
}

function gone(call: SubgraphCall, cause: unknown): SluiceError {
  return new SluiceError('SUBGRAPH_UNREACHABLE', `The call to subgraph "${call.subgraph}" was given up.`, {
    cause,
  });
}

/** A response that ended in error: nothing came, or something that is no head of a response, or a head and less than it announced. */
function brokenResponse(
  { subgraph }: SubgraphCall,
  { status, cause }: { status: number; cause: Error },
): SluiceError {
  if (status === 0 && isNoHead(cause)) return malformedResponse(subgraph, cause);
  const what = status === 0 ? 'could not be reached' : 'broke off its answer';
  return new SluiceError('SUBGRAPH_UNREACHABLE', `Subgraph "${subgraph}" ${what}.`, { cause });
}

function isNoHead(cause: Error): boolean {
  return (
    cause instanceof errors.HTTPParserError ||
    cause instanceof errors.HeadersOverflowError ||
    cause instanceof errors.ResponseContentLengthMismatchError
  );
}

function single(value: string | string[] | undefined): string | null {
  return (Array.isArray(value) ? value.join(', ') : value) ?? null;
}
