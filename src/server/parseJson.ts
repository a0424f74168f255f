import { SluiceError } from '../base/errors.ts';
import { scanJson } from './scanJson.ts';

/** JSON from outside, scanned before it is parsed. `where` names it for the client. */
export function parseJson(text: string, where: string): unknown {
  scanJson(text);
  try {
    return JSON.parse(text);
  } catch {
    throw new SluiceError('BAD_REQUEST', `The ${where} is not JSON.`);
  }
}
