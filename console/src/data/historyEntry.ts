/** One version of the supergraph, as the history tells it. */
export interface HistoryEntry {
  readonly version: number;
  readonly kind: string;
  readonly changed: readonly string[];
  readonly rolledBackTo: number | null;
  readonly author: string;
  readonly at: string;
}

/** What was done, in a few words. */
export function kindText({ kind, changed, rolledBackTo }: HistoryEntry): string {
  if (kind === 'ROLLBACK') return `rollback to ${rolledBackTo}`;
  return `${kind.toLowerCase()} ${changed.join(', ')}`;
}
