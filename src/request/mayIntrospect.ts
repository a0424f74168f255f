import type { Session } from '../model/session.ts';

/** Who may ask for the schema: anybody, nobody, or sessions with a scope. */
export type Introspection = 'on' | 'off' | { readonly scope: string };

export function mayIntrospect(session: Session | null, introspection: Introspection): boolean {
  if (session === null || introspection === 'on') return true;
  return introspection !== 'off' && session.scopes.has(introspection.scope);
}
