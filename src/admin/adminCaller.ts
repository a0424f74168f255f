/** Who asks: given to every resolver as the context value. */
export interface AdminCaller {
  /** The token's name; null when no tokens are in use. */
  readonly tokenName: string | null;
  /** Aborted when the caller goes away. */
  readonly signal: AbortSignal;
}
