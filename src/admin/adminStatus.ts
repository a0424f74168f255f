/** What the admin API reports of the process it lives in. */
export interface AdminStatus {
  /** As `/health/ready` says it. */
  readonly ready: boolean;
  /** Where the supergraph served now was read; null when there is none. */
  readonly origin: 'store' | 'last-good' | 'location' | null;
}
