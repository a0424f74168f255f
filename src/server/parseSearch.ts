import { SluiceError } from '../base/errors.ts';
import type { OperationRequest } from '../model/operation.ts';
import { parseJson } from './parseJson.ts';
import { readRequest } from './readRequest.ts';

/** The parameters of a GET. */
export function parseSearch(search: string): OperationRequest {
  const parameters = new URLSearchParams(search);
  const one = (name: string): string | null => {
    const values = parameters.getAll(name);
    if (values.length > 1)
      throw new SluiceError('BAD_REQUEST', `The URL gives "${name}" ${values.length} times; allowed: once.`);
    return values[0] ?? null;
  };
  const json = (name: string): unknown => {
    const text = one(name);
    return text === null || text === '' ? null : parseJson(text, `URL parameter "${name}"`);
  };
  return readRequest(
    {
      query: one('query'),
      documentId: one('documentId'),
      operationName: one('operationName'),
      variables: json('variables'),
      extensions: json('extensions'),
    },
    'the URL',
  );
}
