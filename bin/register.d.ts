export interface RegisterOptions {
  /** Its name in the supergraph. */
  readonly subgraph: string;
  /** Where this process takes operations, as the gateways reach it. */
  readonly url: string;
  /** Where the admin of a gateway is; http://127.0.0.1:4100 unless given. */
  readonly admin?: string;
  /** An admin token, where the admin wants one. */
  readonly token?: string;
  /** Its share of the calls beside the others'; 1 unless given. */
  readonly weight?: number;
  readonly zone?: string;
  /** How long it is called without a renewal; renewed three times as often. 30 unless given. */
  readonly ttlSeconds?: number;
  readonly onFailure?: (failure: Error) => void;
}

/** Registers this process as an instance of a subgraph until it is stopped. */
export function register(options: RegisterOptions): { stop(): Promise<void> };
