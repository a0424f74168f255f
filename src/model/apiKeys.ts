/** A key that a consumer shows, as everybody may see it: the key itself is shown once, to whoever creates it. */
export interface ApiKey {
  /** Stands in the key too, behind `sluice_`, so that one that was found can be looked up. */
  readonly id: string;
  readonly state: 'active' | 'expired' | 'revoked';
  readonly author: string;
  readonly createdAtMs: number;
  /** Null for a key that does not expire. */
  readonly expiresAtMs: number | null;
}

/** Who is billed: what it may do belongs to it, not to its keys, so that a new key can do what the old one could. */
export interface Consumer {
  readonly name: string;
  readonly plan: string | null;
  readonly scopes: readonly string[];
  /** None of its keys is taken while it is. */
  readonly suspended: boolean;
  /** Newest first. */
  readonly keys: readonly ApiKey[];
}

export interface NewApiKey {
  readonly consumer: string;
  /** Sets the consumer's plan; undefined leaves it as it is. */
  readonly plan?: string | undefined;
  /** Sets the consumer's scopes; undefined leaves them as they are. */
  readonly scopes?: readonly string[] | undefined;
  /** From now; undefined for a key that does not expire. */
  readonly lifetimeMs?: number | undefined;
  readonly author: string;
}

/** The keys of consumers; the admin API offers this. Everything throws STORE_UNAVAILABLE when the store is at fault. */
export interface ApiKeys {
  /** The one time the key itself is told. BAD_USER_INPUT when the consumer has two live keys, or a name or scope is not allowed. */
  create(
    wanted: NewApiKey,
  ): Promise<{ readonly key: string; readonly id: string; readonly consumer: Consumer }>;
  /** By name. */
  consumers(): Promise<readonly Consumer[]>;
  /** Takes no key of the consumer until it is resumed. NOT_FOUND when there is no such consumer. */
  suspend(consumer: string, by: { readonly author: string }): Promise<Consumer>;
  resume(consumer: string, by: { readonly author: string }): Promise<Consumer>;
  /** Ends one key, or without `id` all of the consumer's, for good. NOT_FOUND when there is no such consumer or key. */
  revoke(
    consumer: string,
    by: { readonly id?: string | undefined; readonly author: string },
  ): Promise<Consumer>;
}
