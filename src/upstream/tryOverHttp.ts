import { type Dispatcher, errors } from 'undici';
import type { Clock } from '../base/clock.ts';
import type { SluiceError } from '../base/errors.ts';
import type { ByteBudget } from './byteBudget.ts';
import { CallFailure } from './callFailure.ts';
import { gatherBody } from './gatherBody.ts';
import { givenUp } from './givenUp.ts';
import { malformedResponse } from './malformedResponse.ts';
import type { Target } from './openTarget.ts';
import { tooLargeResponse } from './tooLargeResponse.ts';
import { tooLate } from './tooLate.ts';

/** What a subgraph answered over HTTP, whole. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

interface TryParts {
  readonly subgraph: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With its query. */
  readonly path: string;
  /** JSON text; null for none. */
  readonly body: string | null;
  readonly target: Target;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
  readonly headers: Record<string, string | string[]>;
  readonly timeoutMs: number;
  /** Whether being late says nothing about the subgraph. */
  readonly isCut: boolean;
  readonly budget: ByteBudget;
  readonly clock: Clock;
}

/**
 * One request, its whole response. Ends when the time is up, the response is too large or nobody waits any more; whichever
 * comes first also ends the request on the wire. Written on undici's `dispatch`, which needs no streams.
 */
export function tryOverHttp(parts: TryParts): Promise<HttpResponse> {
  return new Promise((resolve, reject) => {
    const { signal, subgraph, budget } = parts;
    const body = gatherBody();
    let status = 0;
    let headers: HttpResponse['headers'] = {};
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
    const onAbort = (): void => fail(givenUp(subgraph, signal.reason));
    const timer = parts.clock.after(parts.timeoutMs, () => fail(tooLate(subgraph, parts.isCut)));

    if (signal.aborted) return onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    parts.target.pool.dispatch(
      { method: parts.method, path: parts.path, headers: parts.headers, body: parts.body },
      {
        onRequestStart(controller) {
          wire = controller;
          // Given up while it waited for a connection.
          if (settled) controller.abort(new Error('Nobody waits for this call any more'));
        },
        onResponseStart(_controller, statusCode, responseHeaders) {
          status = statusCode;
          headers = responseHeaders;
          if (Number(headers['content-length']) > budget.left)
            fail(tooLargeResponse(subgraph, `${budget.most} bytes`));
        },
        onResponseData(_controller, chunk) {
          if (!budget.take(chunk.length)) fail(tooLargeResponse(subgraph, `${budget.most} bytes`));
          else body.add(chunk);
        },
        onResponseEnd() {
          if (settle()) resolve({ status, headers, body: body.whole() });
        },
        onResponseError(_controller, cause) {
          fail(brokenResponse(subgraph, { status, isUnsent: wire === null, cause }));
        },
      },
    );
  });
}

interface Broken {
  /** 0 when there was no head of a response. */
  readonly status: number;
  readonly isUnsent: boolean;
  readonly cause: Error;
}

/** A response that ended in error: nothing came, or something that is no head of a response, or a head and less than it announced. */
function brokenResponse(subgraph: string, { status, isUnsent, cause }: Broken): CallFailure {
  if (status === 0 && isNoHead(cause)) return malformedResponse(subgraph, cause);
  const what = status === 0 ? 'could not be reached' : 'broke off its answer';
  return new CallFailure('SUBGRAPH_UNREACHABLE', `Subgraph "${subgraph}" ${what}.`, {
    cause,
    fault: isUnsent ? 'connect' : 'reset',
    isRetryable: status === 0,
    isUnsent,
  });
}

function isNoHead(cause: Error): boolean {
  return (
    cause instanceof errors.HTTPParserError ||
    cause instanceof errors.HeadersOverflowError ||
    cause instanceof errors.ResponseContentLengthMismatchError
  );
}
