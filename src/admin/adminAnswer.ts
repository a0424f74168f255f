import type { SluiceError } from '../base/errors.ts';
import type { Log } from '../model/log.ts';

/** What goes back over HTTP, whole. */
export interface AdminAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

export interface TextAnswer extends AdminAnswer {
  readonly body: string;
}

/** One entry of `errors`. */
export interface ShownError {
  readonly message: string;
  readonly path?: ReadonlyArray<string | number>;
  readonly extensions: Readonly<Record<string, unknown>>;
}

/** A refusal as its author may read it; what only the operator may read goes to the log, once. */
export function shownError(
  error: SluiceError,
  { requestId, log }: { requestId: string; log: Log },
): ShownError {
  if (error.cause !== undefined || error.detail !== undefined) {
    const level = error.code === 'INTERNAL_SERVER_ERROR' ? 'error' : 'warn';
    log[level]({ requestId, code: error.code, detail: error.detail, err: error.cause }, error.message);
  }
  return { message: error.message, extensions: { ...error.extensions, code: error.code, requestId } };
}

/** An answer that refuses the request as a whole. */
export function refusalAnswer(refusal: SluiceError, errors: readonly ShownError[]): TextAnswer {
  return {
    status: refusal.status,
    headers: { ...refusal.headers, 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify({ errors }),
  };
}
