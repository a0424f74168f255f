import type { Session } from '../../src/model/session.ts';
import { anonymous } from './anonymous.ts';

/** A caller with these scopes and nothing else; null for one who showed nothing. */
export function sessionWith(scopes: Iterable<string> | null): Session {
  return { ...anonymous, identified: scopes !== null, scopes: new Set(scopes ?? []) };
}
