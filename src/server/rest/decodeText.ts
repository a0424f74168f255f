import { SluiceError } from '../../base/errors.ts';

/** Percent-encoded text, decoded once: what is an escape then is meant as it stands. `where` names it for the client. */
export function decodeText(text: string, where: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new SluiceError('BAD_REQUEST', `${where} is not percent-encoded UTF-8.`);
  }
}
