import type { ErrorCode } from '../../src/base/errors.ts';
import { type AskedRequest, httpResponse, type Misbehave } from './misbehavingSubgraph.ts';

/** One way the subgraph `shaky` misbehaves, by its row in the table, and what the client gets. */
export interface MisbehaviourCase {
  /** S1 to S22, or V54; null for what the table does not have. */
  readonly row: string | null;
  readonly title: string;
  /** Asks `{ word number }` unless it says otherwise: `word` is of shaky, `number` of a subgraph that is sound. */
  readonly query?: string;
  readonly misbehave: Misbehave;
  /** The whole `data`, but for `number`, which is always there; `{ word: null }` unless it says otherwise. */
  readonly data?: Readonly<Record<string, unknown>>;
  /** All errors, in order; none unless it says otherwise. */
  readonly errors?: readonly ToldError[];
  /** Whether nothing ends the call but the end of its time. */
  readonly waits?: boolean;
  /** Whether the connection must not be used again. */
  readonly closes?: boolean;
}

export interface ToldError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions: Readonly<Record<string, unknown>>;
}

/** What must never reach a client or the log. */
export const canaries = {
  path: 'canary-in-the-path',
  body: 'canary-in-the-body',
  header: 'canary-in-a-header',
};

/** The call failed as a whole. */
export function failed(code: ErrorCode, message: string, path?: ToldError['path']): ToldError {
  return { message, ...(path ? { path } : {}), extensions: { code, subgraph: 'shaky' } };
}

/** An error that shaky reported. */
export function reported(message: string, path?: ToldError['path'], code = 'SUBGRAPH_ERROR'): ToldError {
  return { message, ...(path ? { path } : {}), extensions: { code, subgraph: 'shaky' } };
}

/** What shaky answered does not fit the schema. */
export function unfit(message: string, path: ToldError['path']): ToldError {
  return { message, ...(path ? { path } : {}), extensions: { code: 'SUBGRAPH_MALFORMED_RESPONSE' } };
}

export const unreachable = failed('SUBGRAPH_UNREACHABLE', 'Subgraph "shaky" could not be reached.');
export const unavailable = failed('SUBGRAPH_UNREACHABLE', 'Subgraph "shaky" is not available.');
export const brokenOff = failed('SUBGRAPH_UNREACHABLE', 'Subgraph "shaky" broke off its answer.');
export const late = failed('SUBGRAPH_TIMEOUT', 'Subgraph "shaky" did not answer in time.');
export const malformed = failed(
  'SUBGRAPH_MALFORMED_RESPONSE',
  'Subgraph "shaky" answered something that is not a GraphQL result.',
);

/** The same error at a place. */
export function at(path: ToldError['path'], error: ToldError): ToldError {
  return { message: error.message, ...(path ? { path } : {}), extensions: error.extensions };
}

/** Answers a text whose keys and paths name fields; what was asked under another name is answered under it. */
export function answering(text: string, options?: Parameters<typeof httpResponse>[1]): Misbehave {
  return (socket, request) => void socket.write(httpResponse(asNamed(text, request), options));
}

export function asNamed(text: string, { body }: AskedRequest): string {
  const { query } = JSON.parse(body) as { query: string };
  let named = text;
  for (const [, name, field] of query.matchAll(/(\w+)\s*:\s*(\w+)/g))
    named = named.replaceAll(`"${field}"`, `"${name}"`);
  return named;
}

export const goodText = '{"data":{"word":"good"}}';

/** A response head as it stands on the wire. */
export function head(fields: readonly string[], statusLine = 'HTTP/1.1 200 OK'): string {
  return [statusLine, 'content-type: application/json', ...fields, '', ''].join('\r\n');
}

/** One chunk of a chunked body. */
export function chunk(text: string): string {
  return `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
}
