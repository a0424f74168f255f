/** Who calls: the same for bearer tokens and API keys. */
export interface Session {
  /** False for a caller who showed nothing. */
  readonly identified: boolean;
  /** Who it is, in the words of `issuer`: two issuers may call different people the same. Null for an API key, where the consumer itself calls. */
  readonly subject: string | null;
  /** Who vouches for the subject; null for an API key. */
  readonly issuer: string | null;
  /** Who is billed. */
  readonly consumer: string | null;
  /** What the consumer has agreed to pay and may use up; null for none in particular. */
  readonly plan: string | null;
  readonly scopes: ReadonlySet<string>;
  /** Without a prototype. */
  readonly claims: Readonly<Record<string, unknown>>;
  /** Wall milliseconds; null for a session without an end of its own. */
  readonly expiresAtMs: number | null;
}
