import type { InstanceAddress } from './instanceAddress.ts';

/** An instance that said where it is, and is believed until its lease ends. */
export interface InstanceLease extends InstanceAddress {
  readonly subgraph: string;
  /** Wall milliseconds. */
  readonly registeredAtMs: number;
  readonly expiresAtMs: number;
  /** Who registered it. */
  readonly author: string;
}

export interface AskedLease extends InstanceAddress {
  readonly subgraph: string;
  readonly ttlMs: number;
  readonly author: string;
}

/** The instances that register themselves, in the store: every gateway on it calls them. */
export interface InstanceLeases {
  /** Begins a lease, or one anew in the place of what the instance had. */
  register(asked: AskedLease): Promise<InstanceLease>;
  /** Lengthens a lease to `ttlMs` from now, or by what it was given at first. NOT_FOUND when it has ended. */
  renew(instance: { subgraph: string; url: string; ttlMs: number | null }): Promise<InstanceLease>;
  /** Ends a lease; false when there was none. */
  remove(instance: { subgraph: string; url: string }): Promise<boolean>;
  /** Those that are in force, of one subgraph or all. */
  list(subgraph: string | null): Promise<readonly InstanceLease[]>;
}
