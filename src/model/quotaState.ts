/** How much of a quota is used up. */
export interface QuotaState {
  readonly unit: 'requests' | 'cost';
  readonly per: 'day' | 'month';
  readonly max: number;
  readonly used: number;
  /** Wall milliseconds. */
  readonly endsAtMs: number;
}
