/** What is counted of anything that usage knows: its sums in a period, and over time. */
export const usageTotalsSdl = /* GraphQL */ `
type UsagePeriod {
  since: DateTime!
  until: DateTime!
}

type UsageTotals {
  "Of a subgraph: the calls to it."
  calls: Float!
  "Answered with errors, or not answered."
  errors: Float!
  "Of these, not answered for the caller's sake: a fault of theirs, or a limit."
  refused: Float!
  "Of these, not answered for ours."
  failed: Float!
  "The client did not wait for the answer; no error."
  gone: Float!
  "Of the answers, as sent or received."
  bytes: Float!
  subgraphCalls: Float!
  "Answered by what was being asked for somebody else; of a subgraph: calls shared with somebody else's."
  joined: Float!
  "Entities, and fetches from the root, that were answered from the cache; after their time, which are hits too; or not; 0 for subgraphs."
  cacheHits: Float!
  cacheStale: Float!
  cacheMisses: Float!
  "Tries of calls to subgraphs beyond the first of each."
  retries: Float!
  "Calls that failed and something stood in for (upstream.fallback), once for each who asked; also of those that were joined."
  replaced: Float!
  "Thought before, and measured on the answer; 0 where costs are not counted."
  costEstimated: Float!
  costMeasured: Float!
  meanMs: Float
  "Half took no longer than this, within 1 %."
  p50Ms: Float
  p95Ms: Float
  p99Ms: Float
  "The mean of each step of the way; 0 for subgraphs."
  steps: UsageSteps!
}

type UsageSteps {
  admitMs: Float!
  identifyMs: Float!
  prepareMs: Float!
  answerMs: Float!
}

type UsageSeries {
  stepSeconds: Int!
  "Without moments in which nothing was asked."
  points: [UsagePoint!]!
}

type UsagePoint {
  at: DateTime!
  totals: UsageTotals!
}

"A name and what was counted under it; null stands for none."
type NamedUsage {
  name: String
  now: UsageTotals!
  before: UsageTotals!
}

type NamedCount {
  name: String!
  calls: Float!
}
`;
