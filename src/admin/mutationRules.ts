import { sha256 } from '../base/sha256.ts';
import type { Role } from './role.ts';

/** What a root field wants of who asks it. */
export interface FieldNeeds {
  readonly role: Role;
  /** The subgraphs that what is asked is about; null for all of them. Absent where the role says enough. */
  subgraphs?(asked: unknown): readonly string[] | null;
}

/** What a mutation wants, and how it is written down: no secret, no SDL, nothing that may be long. */
export interface MutationRule extends FieldNeeds {
  /** What it changes, by its name. */
  target(asked: unknown): string;
  details(asked: unknown): object;
  /** What is known of it when it is made. */
  made?(result: unknown): object;
  /** Comes again and again by itself: only its refusals are written down. */
  readonly isRoutine?: boolean;
}

interface AskedSubgraph {
  readonly name: string;
  readonly url?: string | null;
  readonly sdl?: string | null;
}

interface AskedChange {
  readonly base?: number | null;
  readonly allowBreaking?: boolean | null;
}

const outcome = ({ version, changed }: { version: number; changed: boolean }) => ({ version, changed });
const baseOf = ({ base, allowBreaking }: AskedChange) => ({ base, allowBreaking });

const stateChange: MutationRule = {
  role: 'operator',
  target: ({ name }: { name: string }) => name,
  details: () => ({}),
};

interface AskedInstance {
  readonly subgraph: string;
  readonly url?: string;
  /** Of one that is ejected or readmitted. */
  readonly instance?: string;
  readonly forSeconds?: number;
  readonly weight?: number;
  readonly zone?: string | null;
  readonly ttlSeconds?: number | null;
}

interface AskedPurge {
  readonly subgraph?: string | null;
  readonly type?: string | null;
  readonly tag?: string | null;
}

const instanceChange: MutationRule = {
  role: 'publisher', // It sends what callers ask of a subgraph to a URL of the caller's choice.
  subgraphs: ({ subgraph }: AskedInstance) => [subgraph],
  target: ({ subgraph }: AskedInstance) => subgraph,
  details: ({ url }: AskedInstance) => ({ url }),
};

/**
 * Every mutation of the admin API. One that is not here cannot be asked: the admin does not start with it. docs/reference/admin.md
 * has the same table.
 */
export const mutationRules: Readonly<Record<string, MutationRule>> = {
  publish: {
    role: 'publisher',
    subgraphs: ({ subgraphs }: { subgraphs: readonly AskedSubgraph[] }) => subgraphs.map(({ name }) => name),
    target: ({ subgraphs }: { subgraphs: readonly AskedSubgraph[] }) =>
      subgraphs.map(({ name }) => name).join(', '),
    details: ({ subgraphs, ...change }: AskedChange & { subgraphs: readonly AskedSubgraph[] }) => ({
      subgraphs: subgraphs.map(({ name, url, sdl }) => ({ name, url, sdlHash: sdl ? sha256(sdl) : null })),
      ...baseOf(change),
    }),
    made: outcome,
  },
  unpublish: {
    role: 'publisher',
    subgraphs: ({ name }: { name: string }) => [name],
    target: ({ name }: { name: string }) => name,
    details: baseOf,
    made: outcome,
  },
  rollback: {
    role: 'publisher',
    subgraphs: () => null,
    target: ({ version }: { version: number }) => String(version),
    details: baseOf,
    made: outcome,
  },
  createKey: {
    role: 'operator',
    target: ({ consumer }: { consumer: string }) => consumer,
    details: (asked: { plan?: string; scopes?: readonly string[]; lifetimeSeconds?: number }) => ({
      plan: asked.plan,
      scopes: asked.scopes,
      lifetimeSeconds: asked.lifetimeSeconds,
    }),
    made: ({ id }: { id: string }) => ({ id }),
  },
  suspendConsumer: stateChange,
  resumeConsumer: stateChange,
  revokeKeys: {
    role: 'operator',
    target: ({ consumer }: { consumer: string }) => consumer,
    details: ({ id }: { id?: string | null }) => ({ id }),
  },
  registerInstance: {
    ...instanceChange,
    details: ({ url, weight, zone, ttlSeconds }: AskedInstance) => ({ url, weight, zone, ttlSeconds }),
  },
  renewInstance: { ...instanceChange, isRoutine: true },
  removeInstance: instanceChange,
  ejectInstance: {
    ...instanceChange,
    details: ({ instance, forSeconds }: AskedInstance) => ({ instance, forSeconds }),
  },
  readmitInstance: { ...instanceChange, details: ({ instance }: AskedInstance) => ({ instance }) },
  resetBreaker: { ...instanceChange, details: () => ({}) },
  purgeCache: {
    role: 'publisher',
    subgraphs: ({ subgraph }: AskedPurge) => (subgraph ? [subgraph] : null),
    target: ({ subgraph, type, tag }: AskedPurge) => subgraph ?? type ?? tag ?? '',
    details: ({ subgraph, type, tag }: AskedPurge) => ({ subgraph, type, tag }),
  },
  setLogLevel: {
    role: 'operator',
    target: ({ level }: { level: string }) => level,
    details: ({ forSeconds }: { forSeconds: number }) => ({ forSeconds }),
  },
};

/** The queries that want more than a viewer. */
export const queryNeeds: Readonly<Record<string, FieldNeeds>> = {
  check: {
    role: 'publisher', // It makes this process compose, and call a URL of the caller's choice.
    subgraphs: ({ subgraph }: { subgraph: AskedSubgraph }) => [subgraph.name],
  },
  audit: { role: 'operator' }, // It has people's names and addresses.
};
