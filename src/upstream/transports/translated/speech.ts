import type { Scope } from './fillTemplate.ts';
import type { Asking } from './selectedObject.ts';

/** One request to a service, in its own words. */
export interface WireRequest {
  readonly asking: Asking;
  readonly scope: Scope;
  /** The arguments under the service's names: what is sent where the translation says nothing else. */
  readonly members: Readonly<Record<string, unknown>>;
  /** Parameters of the query beside those of the path; null for none. */
  readonly query: Readonly<Record<string, string>> | null;
}

/**
 * Sends one request. Resolves with what was answered, Projected in its parts where it could be, and null for "not found"; rejects with a CallFailure when the service could not be
 * asked, and with the error of a field when it refused.
 */
export type AskOnce = (request: WireRequest) => Promise<unknown>;

/** A try in the words of one protocol: how it asks, and what it learned of the answers. */
export interface Speech {
  readonly askOnce: AskOnce;
  /** Finds out whether anybody is there; rejects with a CallFailure when nobody is. */
  greet(): Promise<void>;
  /** Of all answers, in bytes as they came. */
  bytes(): number;
  /** Header fields of the answers, as far as they agree. */
  headers(): HeaderFields;
}

export type HeaderFields = Readonly<Record<string, string | string[] | undefined>>;
