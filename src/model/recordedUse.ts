/** What clients asked in a period, and how much of it is known. */
export interface RecordedUses {
  /** The busiest first. */
  readonly uses: readonly RecordedUse[];
  /** How many operations there are, also those beyond the ones above. */
  readonly count: number;
  /** Since when anything is recorded; null for never. */
  readonly recordedSinceMs: number | null;
  /** Calls of which nobody knows what they asked: too many different ones at once. */
  readonly unknownCalls: number;
}

/** An operation that clients asked lately, for those who want to know what a change would break. */
export interface RecordedUse {
  /** Its signature's hash. */
  readonly id: string;
  readonly name: string | null;
  /** The operation without its literals; it fits the schemas that the operation as asked fits. */
  readonly text: string;
  /**
   * The schema coordinates it uses, in its document or in its variables: `Type.field`, `Type.field(argument:)`, `Enum.VALUE`,
   * `Input.field`, types it names or is given values of.
   */
  readonly coordinates: readonly string[];
  readonly calls: number;
  readonly lastSeenMs: number;
  /** The busiest first. */
  readonly clients: readonly RecordedClient[];
}

export interface RecordedClient {
  /** Empty for one that does not say who it is. */
  readonly name: string;
  readonly version: string;
  readonly calls: number;
  /** To the minute, hour or day, as long ago as it is. */
  readonly lastSeenMs: number;
}
