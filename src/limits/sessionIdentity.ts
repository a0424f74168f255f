import type { Session } from '../model/session.ts';

/** One text for one caller: subjects of two issuers, or of two consumers, are different callers. */
export function sessionIdentity({ consumer, issuer, subject }: Session): string {
  return JSON.stringify([issuer, consumer, subject]);
}
