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
  "Not looked up: they may not be kept, or not for who asked."
  passed: Float!
  bySubgraph: [SubgraphCacheState!]!
  stored: Float!
  purges: Float!
  "Of the memory store."
  entries: Int!
  bytes: Float!
  maxBytes: Float!
  "Calls to Redis that failed or took too long."
  storeFailures: Float!
  "Public answers that were asked for again with the headers of who asked, by how that ended."
  audits: CacheAudits!
  "Types and root fields that an audit took out of the public cache."
  barred: Int!
  "Why answers were not kept."
  reasons: [CacheReason!]!
}

type SubgraphCacheState {
  subgraph: String!
  hits: Float!
  stale: Float!
  misses: Float!
  passed: Float!
}

type CacheAudits {
  "The answer was as it is kept."
  same: Float!
  "It was another, whoever asks."
  changed: Float!
  "It depends on who asks."
  different: Float!
  failed: Float!
}

type CacheReason {
  reason: String!
  count: Float!
}
`;
