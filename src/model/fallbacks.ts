/** What stands in for what a subgraph cannot be asked for; null, or a default of a field. Never for mutations. */
export interface Fallbacks {
  readonly subgraphs: ReadonlySet<string>;
  /** Names of types. */
  readonly types: ReadonlySet<string>;
  /** By coordinate, such as `Country.cities`. */
  readonly fields: ReadonlyMap<string, unknown>;
}

/** A fetch that failed, and what of it something stood in for. */
export interface DegradedPart {
  readonly subgraph: string;
  /** Why it failed. */
  readonly code: string;
  /** Coordinates. */
  readonly fields: readonly string[];
}
