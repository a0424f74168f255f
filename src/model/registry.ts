import type { RecordedClient } from './recordedUse.ts';
import type { SubgraphVersion, Supergraph } from './supergraph.ts';

/** A place in a subgraph's SDL, counted from 1. */
export interface SdlPlace {
  readonly subgraph: string;
  readonly line: number;
  readonly column: number;
}

/** Why subgraphs do not compose, or what composition remarks on. */
export interface CompositionRemark {
  /** Apollo's code, such as `INVALID_GRAPHQL` or `SATISFIABILITY_ERROR`. */
  readonly code: string;
  readonly message: string;
  readonly places: readonly SdlPlace[];
}

/** One difference between the API schema served now and the one after the change. */
export interface SchemaChange {
  readonly severity: 'BREAKING' | 'DANGEROUS' | 'SAFE';
  /** The kind of change, such as `FIELD_REMOVED`. */
  readonly kind: string;
  /** Schema coordinate, such as `Country.name`; null for the schema as a whole. */
  readonly coordinate: string | null;
  readonly message: string;
}

/** What a publish would do. */
export interface CheckReport {
  readonly errors: readonly CompositionRemark[];
  readonly hints: readonly CompositionRemark[];
  readonly changes: readonly SchemaChange[];
  /** The version this was compared with; null when nothing is served yet. */
  readonly comparedWith: number | null;
  /** What clients asked lately, held against the change; null where it was not, or nobody records what they ask. */
  readonly operations: OperationsReport | null;
}

/** The operations that clients asked lately, and which of them would not be answered any more as they were. */
export interface OperationsReport {
  /** Those asked since then were looked at; wall milliseconds. */
  readonly sinceMs: number;
  readonly checked: number;
  /** Operations that were asked, too, and are too many to look at. */
  readonly unchecked: number;
  /** Since when operations are recorded at all; null for never. */
  readonly recordedSinceMs: number | null;
  /** Calls of which nobody knows what they asked. */
  readonly unknownCalls: number;
  /** The busiest first. */
  readonly broken: readonly BrokenOperation[];
}

export interface BrokenOperation {
  /** Its signature's hash. */
  readonly id: string;
  readonly name: string | null;
  readonly reasons: readonly string[];
  readonly calls: number;
  readonly lastSeenMs: number;
  /** Who asked it, the busiest first. */
  readonly clients: readonly RecordedClient[];
}

/** An entry of the history: how a supergraph version came to be. */
export interface HistoryEntry {
  readonly version: number;
  readonly hash: string;
  /** `recovery`: the store had lost this supergraph and got it back from the last good one on disk; entries before it may be missing. */
  readonly kind: 'publish' | 'unpublish' | 'rollback' | 'recovery';
  /** The subgraphs that changed. */
  readonly changed: readonly string[];
  /** For a rollback, the version whose subgraphs it brought back. */
  readonly rolledBackTo: number | null;
  readonly author: string;
  readonly atMs: number;
}

/** A subgraph as somebody wants it to be. */
export interface SubgraphInput {
  readonly name: string;
  readonly url: string;
  readonly sdl: string;
  /** As in SubgraphVersion. */
  readonly source: string;
}

/** A subgraph as somebody thinks of having it; without a URL, the one it has now. */
export interface SubgraphDraft {
  readonly name: string;
  readonly url?: string;
  readonly sdl: string;
}

/** Who changes the registry, and under which conditions. */
export interface ChangeOptions {
  readonly author: string;
  /**
   * The supergraph version the author looked at: if the same subgraph changed since, the change is refused with CONFLICT.
   * Without it, the version current when the call arrived.
   */
  readonly base?: number;
  /** Repeating a change under the same key gives the same version and changes nothing. */
  readonly idempotencyKey?: string;
  /** Publish although clients may break. Without it the registry's `breakingChanges` option decides. */
  readonly allowBreaking?: boolean;
}

/** What became of a change. */
export interface ChangeOutcome {
  readonly version: number;
  /** False when the registry already had exactly this. */
  readonly changed: boolean;
  readonly report: CheckReport;
}

/** Everything the registry can do; the admin API offers it, the command line and console use it through there. */
export interface Registry {
  /**
   * Composes, then publishes all of the inputs as one version. Refuses with BAD_USER_INPUT, CONFLICT (extensions `subgraph`,
   * `version`, `author`, `atMs`), COMPOSITION_FAILED (extensions `errors`: CompositionRemark[], or `changes`: the breaking
   * SchemaChange[]), or STORE_UNAVAILABLE; a refused publish changes nothing.
   */
  publish(inputs: readonly SubgraphInput[], options: ChangeOptions): Promise<ChangeOutcome>;
  /** What `publish` would do, without doing it. SDL that does not parse or compose is in the report; a bad name or URL is BAD_USER_INPUT. */
  check(draft: SubgraphDraft): Promise<CheckReport>;
  /** NOT_FOUND when there is no such subgraph; COMPOSITION_FAILED when the others do not compose without it. */
  unpublish(name: string, options: ChangeOptions): Promise<ChangeOutcome>;
  /** Brings the subgraphs of an earlier version back, as a new version. NOT_FOUND for a version that never was. */
  rollback(version: number, options: ChangeOptions): Promise<ChangeOutcome>;
  /** Newest first; `limit` from 1 to 500, `before` a version to go on from. */
  history(page: { limit: number; before?: number }): Promise<readonly HistoryEntry[]>;
  /** The current version, or an earlier one; null when there is none (NOT_FOUND for a number that never was). */
  supergraph(version?: number): Promise<Supergraph | null>;
  subgraphs(): Promise<readonly SubgraphVersion[]>;
  /** What a version changed for clients, gravest first; nothing for the first one. NOT_FOUND for a version that never was. */
  changesOf(version: number): Promise<readonly SchemaChange[]>;
  /** What composition remarked on when a version was made; null where that was not written down. */
  hintsOf(version: number): Promise<readonly CompositionRemark[] | null>;
}
