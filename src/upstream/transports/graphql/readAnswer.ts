import type { Clock } from '../../../base/clock.ts';
import type { CallFault, ResultSource, SubgraphResult } from '../../../model/subgraphCall.ts';
import type { Answer } from '../../answer.ts';
import { type AnswerHead, mayHelpAgain } from '../../answerHead.ts';
import { readText, type TextBounds } from '../../readText.ts';
import { retryAfterMs } from '../../retryAfterMs.ts';
import type { HttpResponse } from '../../tryOverHttp.ts';
import { refuseOtherMedia, resultOf } from './resultOf.ts';

interface ReadBounds extends TextBounds {
  /** Names in an error's extensions that are kept besides `code`. */
  readonly extensions: readonly string[];
}

/** One is enough for most texts, but not for all. */
const bytesPerCharacter = 2;

type HeaderFields = HttpResponse['headers'];

/** A subgraph's answer, read once when it came, and once more for each who shares the call: everybody changes what they get. */
class GraphqlAnswer implements Answer {
  readonly status: number;
  /** In bytes, as it came. */
  readonly size: number;
  readonly headers: HeaderFields;
  readonly retryAfterMs: number;
  readonly #text: string;
  readonly #bounds: ReadBounds;
  #first: SubgraphResult | null;

  constructor(text: string, head: AnswerHead, { response, bounds }: AnswerParts) {
    this.status = head.status;
    this.retryAfterMs = head.retryAfterMs;
    this.size = response.body.length;
    this.headers = response.headers;
    this.#text = text;
    this.#bounds = bounds;
    this.#first = resultOf(text, this, bounds);
  }

  /** A result is no failure of the call, but a 5xx is one of the subgraph. */
  get fault(): CallFault | null {
    return this.status >= 500 ? 'status' : null;
  }

  get isRetryable(): boolean {
    return mayHelpAgain(this);
  }

  take(): SubgraphResult {
    const first = this.#first;
    this.#first = null;
    return first ?? resultOf(this.#text, this, this.#bounds);
  }

  /** The text only: neither what was read from it nor the response's head is held with it. */
  get source(): ResultSource {
    const { status, retryAfterMs } = this;
    const text = this.#text;
    const bounds = this.#bounds;
    return {
      heldBytes: bytesPerCharacter * text.length,
      read: () => resultOf(text, { status, retryAfterMs }, bounds),
    };
  }
}

interface AnswerParts {
  readonly response: HttpResponse;
  readonly bounds: ReadBounds;
}

/** Throws or rejects with what the response was instead of a GraphQL result. */
export function readAnswer(
  response: HttpResponse,
  clock: Clock,
  bounds: ReadBounds,
): Answer | Promise<Answer> {
  const { status, headers } = response;
  const head = { status, retryAfterMs: retryAfterMs(single(headers['retry-after']), clock) };
  refuseOtherMedia({ ...head, contentType: single(headers['content-type']) }, bounds.subgraph);
  const text = readText(response, bounds);
  const parts = { response, bounds };
  return typeof text === 'string'
    ? new GraphqlAnswer(text, head, parts)
    : text.then((inflated) => new GraphqlAnswer(inflated, head, parts));
}

function single(value: string | string[] | undefined): string | null {
  return (Array.isArray(value) ? value.join(', ') : value) ?? null;
}
