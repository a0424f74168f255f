import type { CallFault, SubgraphResult } from '../../../model/subgraphCall.ts';
import type { Answer } from '../../answer.ts';
import type { Projection } from './projection.ts';
import type { HeaderFields } from './speech.ts';

interface TranslatedParts {
  readonly bytes: number;
  readonly headers: HeaderFields;
  readonly fault: CallFault | null;
  /** Makes the result anew of what was answered. */
  readonly again: () => Projection;
}

/** What a service answered to the requests of one call, as a GraphQL result. */
export class TranslatedAnswer implements Answer {
  /** As a server of GraphQL would have it that could not ask the service. */
  readonly status: 200 | 502;
  readonly size: number;
  readonly headers: HeaderFields;
  readonly retryAfterMs = 0;
  readonly isRetryable = false;
  readonly fault: CallFault | null;
  readonly source = null;
  readonly #again: () => Projection;
  #first: Projection | null;

  constructor(first: Projection, { bytes, headers, fault, again }: TranslatedParts) {
    this.status = fault === null ? 200 : 502;
    this.size = bytes;
    this.headers = headers;
    this.fault = fault;
    this.#again = again;
    this.#first = first;
  }

  take(): SubgraphResult {
    const { data, errors } = this.#first ?? this.#again();
    this.#first = null;
    return { data, errors: errors.length > 0 ? errors : null, extensions: undefined };
  }
}
