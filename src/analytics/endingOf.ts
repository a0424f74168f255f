import { errorCatalogue, isErrorCode } from '../base/errors.ts';

/** How it ended for who asked: `gone` did not wait, `refused` was at fault, `failed` was let down. */
export type Ending = 'ok' | 'errors' | 'refused' | 'failed' | 'gone';

export function endingOf(outcome: {
  readonly finished: boolean;
  readonly executed: boolean;
  readonly codes: readonly string[];
}): Ending {
  const { finished, executed, codes } = outcome;
  if (!finished) return 'gone';
  if (executed) return codes.length === 0 ? 'ok' : 'errors';
  const [code] = codes;
  return code !== undefined && isErrorCode(code) && errorCatalogue[code].status < 500 ? 'refused' : 'failed';
}
