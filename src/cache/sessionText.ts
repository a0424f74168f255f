import type { Session } from '../model/session.ts';

/** Whom something private is kept for, as one text; null for nobody in particular: what is private is kept for no such caller. */
export function sessionText({ identified, issuer, consumer, subject }: Session): string | null {
  return identified && (subject !== null || consumer !== null)
    ? JSON.stringify([issuer, consumer, subject])
    : null;
}
