import { SluiceError } from '../base/errors.ts';
import type { OperationRequest } from '../model/operation.ts';

/** A parsed value as a request whose fields have the types they should. */
export function readRequest(value: unknown, where: string): OperationRequest {
  if (!isRecord(value)) {
    throw new SluiceError(
      'BAD_REQUEST',
      `Found ${kindOf(value)} as ${where}; allowed: an object with "query".`,
    );
  }
  return {
    query: stringAt(value, 'query'),
    documentId: stringAt(value, 'documentId'),
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
