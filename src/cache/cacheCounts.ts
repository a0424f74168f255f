/** Reasons that are told apart; subgraphs may choose the words of some. */
const maxReasons = 200;

/** Counts what the cache did, for metrics and the admin API. */
export class CacheCounts {
  hits = 0;
  stale = 0;
  misses = 0;
  stored = 0;
  purges = 0;
  readonly reasons = new Map<string, number>();

  because(reason: string): void {
    const known = this.reasons.get(reason);
    if (known !== undefined || this.reasons.size < maxReasons) this.reasons.set(reason, (known ?? 0) + 1);
  }
}
