import type { ErrorCode } from '../base/errors.ts';
import type { SubgraphCall, SubgraphResult } from '../model/subgraphCall.ts';
import type { Supergraph } from '../model/supergraph.ts';

/** What the reference thread is started with. */
export type ReferenceSupergraph = Pick<Supergraph, 'hash' | 'sdl'>;

/** An operation and how another engine answered it, as texts. */
export interface AnsweredOperation {
  readonly text: string;
  readonly hash: string;
  readonly name: string | null;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly data: string;
  /** Of its errors. */
  readonly codes: readonly string[];
}

export interface Comparison {
  /** Where the answers differ, such as `country.cities[].name`; `(errors)` where only one has any. */
  readonly paths: readonly string[];
  /** False when a subgraph was out of reach for one of them, so that the answers may differ. */
  readonly isSound: boolean;
}

/** To the thread: one operation at a time, and the outcome of each call it asks for. */
export type ReferenceCommand =
  | { readonly kind: 'compare'; readonly answered: AnsweredOperation }
  | { readonly kind: 'result'; readonly id: number; readonly result: SubgraphResult }
  | { readonly kind: 'fault'; readonly id: number; readonly code: ErrorCode; readonly message: string };

/** From the thread: it cannot reach subgraphs by itself. */
export type ReferenceReply =
  | { readonly kind: 'call'; readonly id: number; readonly call: Omit<SubgraphCall, 'caller'> }
  | { readonly kind: 'compared'; readonly comparison: Comparison }
  /** A fault of ours or of Apollo's code; for the log. */
  | { readonly kind: 'failed'; readonly detail: string };
