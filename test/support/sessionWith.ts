import type { Session } from '../../src/model/session.ts';

/** A caller with these scopes and nothing else; null for one who showed nothing. */
export function sessionWith(scopes: Iterable<string> | null): Session {
  return {
    identified: scopes !== null,
    subject: null,
    consumer: null,
    scopes: new Set(scopes ?? []),
    claims: {},
    expiresAtMs: null,
  };
}
