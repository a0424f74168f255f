import type { Session } from '../model/session.ts';

/** One text for one caller: subjects of two issuers, or of two consumers, are different callers. */
export function sessionIdentity({ consumer, subject, claims }: Session): string {
  return JSON.stringify([claims.iss ?? null, consumer, subject]);
}
