import { signal } from '@preact/signals';

export interface Caller {
  /** Null where no tokens are in use. */
  readonly name: string | null;
  readonly role: 'viewer' | 'publisher' | 'operator';
  readonly subgraphs: readonly string[] | null;
}

export interface Status {
  readonly ready: boolean;
  readonly version: number | null;
  readonly origin: string | null;
  readonly registry: boolean;
}

export const caller = signal<Caller | null>(null);
export const status = signal<Status | null>(null);
export const callerQuery = '{ caller { name role subgraphs } status { ready version origin registry } }';

const roles = ['viewer', 'publisher', 'operator'] as const;

/** Whether the viewer's role is enough for what is about no subgraph. */
export function hasRole(role: Caller['role']): boolean {
  const { value } = caller;
  return value !== null && roles.indexOf(value.role) >= roles.indexOf(role);
}

/** The same, for what is about one subgraph or, without it, about all; the admin decides for itself, this only spares them a refusal. */
export function may(role: Caller['role'], subgraph?: string): boolean {
  const { value } = caller;
  if (!value || !hasRole(role)) return false;
  return value.subgraphs === null || (subgraph !== undefined && value.subgraphs.includes(subgraph));
}
