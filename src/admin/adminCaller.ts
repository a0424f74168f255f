import type { Role } from './role.ts';

/** Who holds a token, and what it is good for. */
export interface TokenHolder {
  readonly name: string;
  readonly role: Role;
  /** The subgraphs that a publisher may change; null for all. */
  readonly subgraphs: readonly string[] | null;
}

/** Who asks: given to every resolver as the context value. */
export interface AdminCaller {
  /** Null when no tokens are in use: then whoever is on this machine may do everything. */
  readonly holder: TokenHolder | null;
  /** The peer's address; an empty text when it has gone. */
  readonly address: string;
  readonly requestId: string;
  /** Aborted when the caller goes away. */
  readonly signal: AbortSignal;
}
