import type { SubgraphResult } from '../../../model/subgraphCall.ts';
import { type AnswerHead, isGone } from '../../answerHead.ts';
import { malformedResponse } from '../../malformedResponse.ts';
import { unavailable } from '../../unavailable.ts';

interface MediaType {
  readonly contentType: string | null;
}

interface ReadOptions {
  readonly subgraph: string;
  /** Names in an error's extensions that are kept besides `code`. */
  readonly extensions: readonly string[];
}

/** More errors than this of one answer are dropped, and longer messages cut: they would be multiplied by every entity they reach. */
const maxErrors = 100;
const maxMessageLength = 4096;
/** In characters of JSON; a larger extension is left out. */
const maxExtensionLength = 4096;
/** Longer paths are cut: operations nest less deep than this, lists of lists included. */
const maxPathLength = 500;

/** The text of a response as a GraphQL result with checked outlines; throws the error that says what it was instead. */
export function resultOf(text: string, response: AnswerHead, options: ReadOptions): SubgraphResult {
  const { status } = response;
  const { subgraph } = options;
  const parsed = parseJson(text, response, subgraph);
  if (typeof parsed !== 'object' || parsed === null)
    throw malformedResponse(subgraph, { status, why: 'not an object' }, response);
  const { data, errors, extensions } = parsed as Record<string, unknown>;
  if (errors !== undefined && errors !== null && !Array.isArray(errors)) {
    throw malformedResponse(subgraph, { status, why: 'errors is not a list' }, response);
  }
  if (data !== undefined && (typeof data !== 'object' || Array.isArray(data))) {
    throw malformedResponse(subgraph, { status, why: 'data is not an object' }, response);
  }
  const isWithoutErrors = (errors ?? []).length === 0;
  // Null is the data of a failure, and a failure has errors (GraphQL specification, section 7.1).
  if ((data ?? null) === null && isWithoutErrors) {
    if (status >= 500) throw unavailable(subgraph, response);
    throw malformedResponse(subgraph, { status, why: 'neither data nor errors' }, response);
  }
  return {
    data: data ?? null,
    errors: isWithoutErrors
      ? null
      : (errors ?? []).slice(0, maxErrors).map((error: unknown) => readError(error, options)),
    extensions,
  };
}

/** Throws for what need not be read any further: a redirect, or something that is no JSON. */
export function refuseOtherMedia({ contentType, ...head }: AnswerHead & MediaType, subgraph: string): void {
  const { status } = head;
  if (status >= 300 && status < 400)
    throw malformedResponse(subgraph, { status, why: 'redirects are not followed' }, head);
  if (contentType !== null && /^application\/(?:[\w.-]+\+)?json\b/i.test(contentType)) return;
  if (isGone(status)) throw unavailable(subgraph, head);
  throw malformedResponse(subgraph, { status, contentType }, head);
}

function parseJson(text: string, head: AnswerHead, subgraph: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    if (isGone(head.status)) throw unavailable(subgraph, head);
    throw malformedResponse(subgraph, { status: head.status, cause }, head);
  }
}

/** A subgraph's error as it may go on: message, a sound path, its code, and what the allow-list names. */
function readError(error: unknown, { extensions: allowed }: ReadOptions): unknown {
  const { message, path, extensions } = Object(error) as Record<string, unknown>;
  const given = Object(extensions) as Record<string, unknown>;
  const kept: Record<string, unknown> = Object.create(null);
  for (const name of allowed) {
    if (Object.hasOwn(given, name) && isSmall(given[name])) kept[name] = given[name];
  }
  return {
    message:
      typeof message === 'string' && message
        ? message.slice(0, maxMessageLength)
        : 'The subgraph reported an error.',
    ...(isPath(path) ? { path: path.slice(0, maxPathLength) } : {}),
    extensions: {
      ...kept,
      code: typeof given.code === 'string' ? given.code.slice(0, 128) : 'SUBGRAPH_ERROR',
    },
  };
}

/** Whether a value may be told to clients: of a bounded size, and not nested so deep that it cannot be written. */
function isSmall(value: unknown): boolean {
  try {
    return JSON.stringify(value).length <= maxExtensionLength;
  } catch (thrown) {
    if (thrown instanceof RangeError) return false;
    throw thrown;
  }
}

function isPath(path: unknown): path is (string | number)[] {
  return (
    Array.isArray(path) &&
    path.every((key) => typeof key === 'string' || (Number.isSafeInteger(key) && (key as number) >= 0))
  );
}
