import type { IncomingHttpHeaders } from 'node:http';
import type { Session } from '../model/session.ts';

/**
 * Whether a result tells how it came about: the request says `sluice-debug: plan` or `cache`, or both, and its session holds the debug
 * scope. Who does not hold it gets no hint that there is something to hold.
 */
export function mayShow(
  wished: 'plan' | 'cache',
  headers: IncomingHttpHeaders,
  { scopes }: Pick<Session, 'scopes'>,
  debugScope: string,
): boolean {
  const asked = headers['sluice-debug'];
  if (asked === undefined || !scopes.has(debugScope)) return false;
  return String(asked)
    .split(',')
    .some((wish) => wish.trim().toLowerCase() === wished);
}
