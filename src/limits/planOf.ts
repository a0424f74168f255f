import type { Session } from '../model/session.ts';

/** The plan a session is on, by the claim of that name. */
export function planOf({ claims }: Session): string | null {
  return typeof claims.plan === 'string' ? claims.plan : null;
}
