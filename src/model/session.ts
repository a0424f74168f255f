/** Who calls: the same for bearer tokens and API keys. */
export interface Session {
  /** False for a caller who showed nothing. */
  readonly identified: boolean;
  readonly subject: string | null;
  /** Who is billed. */
  readonly consumer: string | null;
  readonly scopes: ReadonlySet<string>;
  readonly claims: Readonly<Record<string, unknown>>;
  readonly expiresAtMs: number | null;
}
