import { isUtf8 } from 'node:buffer';
import { SluiceError } from '../base/errors.ts';
import type { OperationRequest } from '../model/operation.ts';
import { scanJson } from './scanJson.ts';

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
      operationName: one('operationName'),
      variables: json('variables'),
      extensions: json('extensions'),
    },
    'the URL',
  );
}

function parseJson(text: string, where: string): unknown {
  scanJson(text);
  try {
    return JSON.parse(text);
  } catch {
    throw new SluiceError('BAD_REQUEST', `The ${where} is not JSON.`);
  }
}

function readRequest(value: unknown, where: string): OperationRequest {
  if (!isRecord(value)) {
    throw new SluiceError(
      'BAD_REQUEST',
      `Found ${kindOf(value)} as ${where}; allowed: an object with "query".`,
    );
  }
  return {
    query: stringAt(value, 'query'),
    operationName: stringAt(value, 'operationName') || null,
    variables: recordAt(value, 'variables'),
    extensions: recordAt(value, 'extensions'),
  };
}

function stringAt(request: Readonly<Record<string, unknown>>, name: string): string | null {
  const value = request[name] ?? null;
  if (value === null || typeof value === 'string') return value;
  throw new SluiceError('BAD_REQUEST', `"${name}" is ${kindOf(value)}; allowed: a string.`);
}

function recordAt(
  request: Readonly<Record<string, unknown>>,
  name: string,
): Readonly<Record<string, unknown>> {
  const value = request[name] ?? {};
  if (isRecord(value)) return value;
  throw new SluiceError('BAD_REQUEST', `"${name}" is ${kindOf(value)}; allowed: an object.`);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
