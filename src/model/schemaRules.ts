/**
 * What the directives of a supergraph demand and promise, for the parts that enforce it. Keys are schema coordinates as clients know
 * them: `Type`, `Type.field`, `Type.field(argument:)`; root types are Query, Mutation and Subscription whatever a subgraph calls them.
 */
export interface SchemaRules {
  /** `@authenticated`, `@requiresScopes`, `@policy` of types and fields, of all subgraphs together. */
  readonly authorization: ReadonlyMap<string, AuthorizationRule>;
  /**
   * All that has to be met for a field of an object type, whoever demands it: the field, its type, what it returns, the interfaces of
   * its type, the fields fetched for it. A field of an interface stands here for types behind it that clients do not know.
   */
  readonly protectedFields: ReadonlyMap<string, AuthorizationRule>;
  /** `@cost` of types, fields, arguments and input fields; the largest of all subgraphs. */
  readonly weights: ReadonlyMap<string, number>;
  /** `@listSize` of fields, of all subgraphs together. */
  readonly listSizes: ReadonlyMap<string, ListSize>;
  /** `@cacheControl` of types and fields, by subgraph: each speaks for what it answers itself. */
  readonly cacheControl: ReadonlyMap<string, ReadonlyMap<string, CacheControl>>;
  /** The formats of `@cacheTag` of types and fields, by subgraph. */
  readonly cacheTags: ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>;
  /** `@rateLimit` of fields; where subgraphs differ, each of their limits holds. */
  readonly rateLimits: ReadonlyMap<string, readonly RateLimit[]>;
}

/** Who may see a type or a field: who meets all of it. */
export interface AuthorizationRule {
  readonly authenticated: boolean;
  readonly scopes: readonly Requirement[];
  readonly policies: readonly Requirement[];
}

/** Met by who has everything in one of the lists; without a list, by nobody. */
export type Requirement = readonly (readonly string[])[];

/** How long a list may be, told by `@listSize`. */
export interface ListSize {
  readonly assumedSize: number | null;
  /** Arguments, or paths in them, that bound the list. */
  readonly slicingArguments: readonly string[];
  /** The fields below that are the list; empty when it is the field itself. */
  readonly sizedFields: readonly string[];
  readonly requireOneSlicingArgument: boolean;
}

/** What `@cacheControl` says; null where it leaves it open. */
export interface CacheControl {
  readonly maxAgeSeconds: number | null;
  readonly scope: 'PUBLIC' | 'PRIVATE' | null;
  readonly inheritMaxAge: boolean;
}

/** The arguments of `@rateLimit` under the names that graphql-rate-limit takes them by; absent ones have its defaults. */
export interface RateLimit {
  readonly max?: number;
  /** Such as `10s`. */
  readonly window?: string;
  readonly message?: string;
  readonly identityArgs?: readonly string[];
  readonly arrayLengthField?: string;
  readonly readOnly?: boolean;
  readonly uncountRejected?: boolean;
}
