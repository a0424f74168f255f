import type { Session } from './session.ts';
import type { Caller, SubgraphResult } from './subgraphCall.ts';

/** What a step of a plan asks a subgraph, before variables and data are known. */
export interface FetchShape {
  readonly subgraph: string;
  readonly url: string;
  readonly kind: 'query' | 'mutation' | 'subscription';
  /** The GraphQL operation. */
  readonly operation: string;
  /** Variables of the client that it uses. */
  readonly used: readonly string[];
  /** Whether it asks for entities by their representations. */
  readonly hasRepresentations: boolean;
  /** Whether what comes is changed where it is, once it was kept. */
  readonly isRewritten: boolean;
}

/** What may be kept of what the subgraphs of one supergraph answer. */
export interface FetchCaches {
  /** Whether anything may be kept, by the settings as they are now. */
  isActive(): boolean;
  /** Asked once for each fetch of a plan. */
  of(fetch: FetchShape): FetchCache;
  /** Differs once anything has been thrown away; null while that cannot be known. */
  state(): string | null;
  /** Whom something private is kept for, as one text; null for nobody in particular. */
  sessionOf(session: Session): string | null;
  /** Whether a whole result is to be looked up part by part this time, for one of them to be audited. */
  drawAudit(): boolean;
  /** Whole results were used again, without looking up what they are made of. */
  countHits(facts: readonly CacheFact[]): void;
  /** Throws away what is to be once a mutation was answered; null for what is none. */
  afterMutation(fetch: FetchShape): ((variables: Variables) => void) | null;
}

export type Variables = Readonly<Record<string, unknown>>;

/** The answers to one fetch that are kept. */
export interface FetchCache {
  /** Why none are, for all callers; null where some may be. */
  readonly reason: string | null;
  /** The types of the entities it asks for, or `Query`. */
  readonly types: readonly string[];
  /** What is kept of the answer, with the rest asked for. Rejects as asking does, when nothing could be had. */
  answer(asked: AskedFetch): Promise<SubgraphResult>;
}

/** One fetch that is to be answered. */
export interface AskedFetch {
  readonly caller: Caller;
  readonly variables: Variables;
  /** Representations as JSON texts, each once; a single empty text for a fetch from the root. */
  readonly items: readonly string[];
  /** Asks the subgraph for these of the items; for `background`, where it is given, and for the caller otherwise. */
  ask(items: readonly string[], background?: Caller): Promise<SubgraphResult>;
  /** Whether an answer without errors is what was asked for; `at` are the places of its items, `isAside` tells that it is no answer to the caller. */
  isSound(result: SubgraphResult, at: readonly number[], isAside: boolean): boolean;
  /** Takes down what was done, before the answer is given. */
  note(fact: CacheFact): void;
}

/** How a fetch was answered, as far as the cache is concerned. */
export interface CacheFact {
  readonly subgraph: string;
  /** The types of the entities, or `Query`. */
  readonly types: readonly string[];
  /** Items that were answered from what is kept. */
  readonly hits: number;
  /** Those of them that had outlived their time. */
  readonly stale: number;
  /** Items that the subgraph was asked for. */
  readonly misses: number;
  /** Of those the ones that were not looked up, since they may not be kept for this caller. */
  readonly passed: number;
  /** Why (some of) it was not looked up or not kept; null when all was. */
  readonly reason: string | null;
  /** How long all of the answer may still be used; 0 where some of it may not be kept. */
  readonly leftMs: number;
  /** Of the oldest part, since its subgraph made it. */
  readonly ageMs: number;
  readonly scope: 'PUBLIC' | 'PRIVATE';
  /** Names of the client's headers that the answer may depend on. */
  readonly vary: readonly string[];
  /** It was part of a whole result that is kept. */
  readonly ofResult: boolean;
  /** What the keys are made of; null where nothing is looked up. A function, since nearly nobody asks. */
  readonly key: (() => FetchKey) | null;
}

/** What a fetch's keys are made of besides its subgraph, by its names: of values nothing is told. */
export interface FetchKey {
  /** Without the values written in it. */
  readonly selection: string;
  /** The client's variables. */
  readonly variables: readonly string[];
  /** Header fields that the subgraph receives. */
  readonly headers: readonly string[];
  /** Those of them that are no part of the key. */
  readonly ignored: readonly string[];
  /** Members of the representation; empty for a fetch from the root. */
  readonly representation: readonly string[];
  /** Issuer, consumer and subject of who asks. */
  readonly session: boolean;
}

/** What a client is told of how long it may keep a result. */
export interface ClientCaching {
  readonly maxAgeSeconds: number;
  readonly ageSeconds: number;
  /** `none`: it may not be kept at all. */
  readonly scope: 'public' | 'private' | 'none';
  /** Lower-case names of request headers. */
  readonly vary: readonly string[];
}

/** What is thrown away: whatever fits all that is given. */
export interface Purge {
  readonly subgraph?: string | undefined;
  readonly type?: string | undefined;
  /** Key fields and their values; with `type` only. */
  readonly key?: Readonly<Record<string, unknown>> | undefined;
  readonly tag?: string | undefined;
}

/** Entities, and fetches from the root, of one subgraph. */
export interface CacheCount {
  hits: number;
  /** Those of the hits that had outlived their time. */
  stale: number;
  misses: number;
  /** Not looked up: they may not be kept, or not for who asked. */
  passed: number;
}

/** Counts since the start. */
export interface CacheStats extends Readonly<CacheCount> {
  readonly bySubgraph: ReadonlyMap<string, Readonly<CacheCount>>;
  readonly stored: number;
  readonly purges: number;
  /** Of the memory store; 0 with another one. */
  readonly entries: number;
  readonly bytes: number;
  readonly maxBytes: number;
  /** Calls to the shared store that failed or took too long. */
  readonly storeFailures: number;
  /** How audits of public answers ended. */
  readonly audits: Readonly<Record<'same' | 'changed' | 'different' | 'failed', number>>;
  /** Types and root fields that are out of the public cache since. */
  readonly barred: number;
  /** Why answers were not kept, with how often. */
  readonly reasons: ReadonlyMap<string, number>;
}
