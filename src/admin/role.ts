/** What a token may be good for; each may what those before it may. */
export const roles = ['viewer', 'publisher', 'operator'] as const;

export type Role = (typeof roles)[number];

export function suffices(role: Role, needed: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(needed);
}
