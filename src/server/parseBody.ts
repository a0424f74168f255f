import { isUtf8 } from 'node:buffer';
import { SluiceError } from '../base/errors.ts';
import type { OperationRequest } from '../model/operation.ts';
import { parseJson } from './parseJson.ts';
import { readRequest } from './readRequest.ts';

/** The body of a POST: one request, or a list of them. Throws BAD_REQUEST that says what is wrong and what is allowed. */
export function parseBody(body: Buffer): OperationRequest | readonly OperationRequest[] {
  if (body.length === 0)
    throw new SluiceError('BAD_REQUEST', 'The body is empty; allowed: a JSON object with "query".');
  if (!isUtf8(body)) throw new SluiceError('BAD_REQUEST', 'The body is not UTF-8.');
  const text = body.toString('utf8');
  const parsed = parseJson(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text, 'body');
  return Array.isArray(parsed)
    ? parsed.map((item) => readRequest(item, 'an item of the batch'))
    : readRequest(parsed, 'the body');
}
