import type { Arrival } from '../../src/model/arrival.ts';
import type { Session } from '../../src/model/session.ts';

/** Callers who say who they are, for tests of what depends on it: `x-session: {"subject":"ann","plan":"gold"}`. */
export const headerIdentity = {
  async identify({ headers }: Arrival): Promise<Session> {
    const said = JSON.parse(String(headers['x-session'] ?? 'null')) as SaidSession | null;
    return {
      identified: said !== null,
      subject: said?.subject ?? null,
      issuer: said?.issuer ?? null,
      consumer: said?.consumer ?? null,
      plan: said?.plan ?? null,
      scopes: new Set(said?.scopes ?? []),
      claims: said?.claims ?? {},
      expiresAtMs: null,
    };
  },
};

export interface SaidSession {
  readonly subject?: string;
  readonly issuer?: string;
  readonly consumer?: string;
  readonly plan?: string;
  readonly scopes?: readonly string[];
  readonly claims?: Readonly<Record<string, unknown>>;
}

/** The header by which a caller of `headerIdentity` says who it is. */
export function sessionHeader(session: SaidSession): Record<string, string> {
  return { 'x-session': JSON.stringify(session) };
}
