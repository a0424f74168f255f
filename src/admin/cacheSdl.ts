/** What of the admin API is about answers of subgraphs that are kept. */
export const cacheSdl = /* GraphQL */ `
extend type Query {
  "What this gateway keeps of subgraphs' answers, and how often that helped since it started."
  cache: CacheState
}

extend type Mutation {
  """
  Throws away what is kept and fits all that is given, at least one of them; every gateway on the same Redis uses none of it within a second.
  'key' is JSON: key fields and their values, with 'type' only.
  """
  purgeCache(subgraph: String, type: String, key: String, tag: String): PurgedCache
}

type PurgedCache {
  done: Boolean!
}

type CacheState {
  "Entities, and fetches from the root, that were answered from the cache."
  hits: Float!
  "Those of them that had outlived their time."
  stale: Float!
  misses: Float!
  stored: Float!
  purges: Float!
  "Of the memory store."
  entries: Int!
  bytes: Float!
  maxBytes: Float!
  "Calls to Redis that failed or took too long."
  storeFailures: Float!
  "Why answers were not kept."
  reasons: [CacheReason!]!
}

type CacheReason {
  reason: String!
  count: Float!
}
`;
