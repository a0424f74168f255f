import type { CompositionRemark, SchemaChange } from '../model/registry.ts';

/** A subgraph as composition needs it. */
export interface ComposeMember {
  readonly name: string;
  readonly url: string;
  readonly sdl: string;
}

/** A supergraph's SDL with its hash, by which the worker recognises what it has built already. */
export interface HashedSdl {
  readonly hash: string;
  readonly sdl: string;
}

/** To the worker, one at a time. */
export type ComposeJob =
  | {
      readonly kind: 'compose';
      readonly members: readonly ComposeMember[];
      /** What to compare the outcome with; null when nothing is served yet. */
      readonly before: HashedSdl | null;
    }
  | { readonly kind: 'compare'; readonly before: HashedSdl; readonly after: HashedSdl }
  /** Which operations, valid before, are not any more. */
  | {
      readonly kind: 'validate';
      readonly before: HashedSdl;
      readonly after: HashedSdl;
      readonly operations: readonly string[];
    }
  | { readonly kind: 'verify'; readonly sdl: string };

/** What became of a composition: either a supergraph or the reasons why there is none. */
export interface Composition {
  readonly supergraph: HashedSdl | null;
  readonly errors: readonly CompositionRemark[];
  readonly hints: readonly CompositionRemark[];
  readonly changes: readonly SchemaChange[];
}

/** From the worker, one for each job. */
export type ComposeReply =
  | { readonly kind: 'composed'; readonly composition: Composition }
  | { readonly kind: 'compared'; readonly changes: readonly SchemaChange[] }
  /** The faults of each operation. */
  | { readonly kind: 'validated'; readonly faults: readonly (readonly string[])[] }
  /** `fault` is null for a supergraph that can be served. */
  | { readonly kind: 'verified'; readonly fault: string | null }
  /** A fault of ours or of the libraries; for the log. */
  | { readonly kind: 'failed'; readonly detail: string };
