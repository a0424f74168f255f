/** The part of the admin API about usage. Counts are Floats: they may be larger than an Int. */
export const usageSdl = /* GraphQL */ `
extend type Query {
  """
  What was asked, by whom and how it went: in the last so many seconds, or from 'since' until 'until', each compared with the time of the
  same length before. What is long past is told by the hour or by the day. Null where usage is not recorded.
  """
  usage(lastSeconds: Int! = 86400, since: DateTime, until: DateTime): Usage
}

type Usage {
  "Operations of this process that are in no sum: the store took nothing, and too many waited for it."
  lost: Float!
  operations(first: Int! = 50, order: UsageOrder! = CALLS): OperationUsages!
  "By the id, the beginning of one, or the name; of several the one asked last. Null when nobody asked it."
  operation(id: String!): OperationUsage
  clients(first: Int! = 50, order: UsageOrder! = CALLS): [ClientUsage!]!
  "All versions of a client together; null when it asked nothing."
  client(name: String!): ClientDetails
  consumers(first: Int! = 50, order: UsageOrder! = CALLS): [NamedUsage!]!
  consumer(name: String!): ConsumerDetails
  subgraphs(first: Int! = 50, order: UsageOrder! = CALLS): [NamedUsage!]!
  subgraph(name: String!): SubgraphDetails
  "Who uses a field (Country.name), an argument (Country.cities(first:)), an enum value, an input field or a type by its name."
  field(coordinate: String!): FieldUsage!
  "Limits that let through what was answered in the period: half as much again as what 99 of 100 needed."
  suggestedLimits: SuggestedLimits!
  "By HTTP status."
  statuses: [NamedUsage!]!
  "By where the gateway stands (analytics.region)."
  regions: [NamedUsage!]!
  "By how callers showed who they are: anonymous, token, key, or unknown when they were refused before."
  callers: [NamedUsage!]!
}

enum UsageOrder {
  CALLS
  ERRORS
  P50
  P95
  P99
  "All their time together."
  TIME
  COST
  BYTES
}

type OperationUsages {
  period: UsagePeriod!
  before: UsagePeriod!
  "How many different ones there were."
  count: Int!
  rows: [OperationRow!]!
}

type OperationRow {
  "Null for those that were not told apart, and for what was refused before it was known which operation is meant."
  operation: RecordedOperation
  "The operation's name; its id where it has none; (other) and (unknown)."
  name: String!
  now: UsageTotals!
  before: UsageTotals!
}

type RecordedOperation {
  "The first half of the SHA-256 of 'text', hex."
  id: ID!
  name: String
  "query or mutation"
  kind: String!
  "The document, sorted, without literals and what it does not use."
  text: String!
  firstSeen: DateTime!
  lastSeen: DateTime!
}

type OperationUsage {
  operation: RecordedOperation!
  now: UsageTotals!
  before: UsageTotals!
  series: UsageSeries!
  clients: [ClientUsage!]!
  consumers: [NamedUsage!]!
  "Its calls to each subgraph."
  subgraphs: [NamedUsage!]!
  "By supergraph version."
  generations: [NamedUsage!]!
  codes: [NamedCount!]!
  "The last that ended with errors, newest first."
  errors(first: Int! = 10): [RecordedError!]!
  fields: [UsedCoordinate!]!
  "How it would be answered now; null while nothing is served."
  plan: UsagePlan
  "The fetches of that plan of which calls were measured; null where it cannot be planned."
  fetches: [FetchUsage!]
}

type FetchUsage {
  subgraph: String!
  "What the subgraph is asked, as the plan has it."
  operation: String!
  "Of a sample of its calls. Fetches of the same fields are one here, and each of those that went as one call has its time."
  now: UsageTotals!
  before: UsageTotals!
}

type UsagePlan {
  "For people; null when the operation cannot be planned any more."
  text: String
  "Why it cannot."
  fault: String
  "For machines, as 'plan' of the query root has it; null when it cannot be planned."
  plan: JSON
}

type ClientUsage {
  "Null for clients that do not say who they are."
  name: String
  version: String
  now: UsageTotals!
  before: UsageTotals!
}

type ClientDetails {
  name: String!
  now: UsageTotals!
  before: UsageTotals!
  series: UsageSeries!
  versions: [ClientUsage!]!
  operations(first: Int! = 50, order: UsageOrder! = CALLS): [OperationRow!]!
  consumers: [NamedUsage!]!
}

type ConsumerDetails {
  name: String!
  now: UsageTotals!
  before: UsageTotals!
  series: UsageSeries!
  operations(first: Int! = 50, order: UsageOrder! = CALLS): [OperationRow!]!
  clients: [NamedUsage!]!
  "Where it stands in its quotas; null where that is not known here."
  quotas: [QuotaUsage!]
}

type QuotaUsage {
  "requests or cost"
  unit: String!
  "day or month"
  per: String!
  max: Float!
  used: Float!
  endsAt: DateTime!
}

type SubgraphDetails {
  name: String!
  now: UsageTotals!
  before: UsageTotals!
  series: UsageSeries!
  operations(first: Int! = 50, order: UsageOrder! = CALLS): [OperationRow!]!
}

type RecordedError {
  at: DateTime!
  "Finds its line in the log."
  requestId: String!
  status: Int!
  codes: [String!]!
  "Those whose calls failed, or gave errors."
  subgraphs: [String!]!
  client: String
  version: String
  consumer: String
}

type UsedCoordinate {
  coordinate: String!
  firstSeen: DateTime!
  "To the day."
  lastSeen: DateTime!
}

type FieldUsage {
  coordinate: String!
  period: UsagePeriod!
  "May it be removed, by what was recorded?"
  verdict: FieldVerdict!
  "Why, in a sentence."
  reason: String!
  "From all time that is kept; null when nobody has ever used it."
  firstSeen: DateTime
  lastSeen: DateTime
  "Those asked in the period that use it, the busiest first."
  operations: [FieldUser!]!
}

type SuggestedLimits {
  period: UsagePeriod!
  "Operations, and calls of them, that were measured."
  operations: Int!
  calls: Float!
  limits: [SuggestedLimit!]!
}

type SuggestedLimit {
  "As supergraph.yaml names it. Rates are per minute, a burst is of one second; each gateway counts for itself."
  setting: String!
  suggested: Float!
  "99 of 100 are no larger; of cost, rates and bursts within 1 %."
  p99: Float!
  most: Float!
  "How many it was derived from: calls, or minutes of callers."
  values: Float!
  "Those that are larger than what is suggested, and the busiest operations of them."
  over: Float!
  overNames: [String!]!
}

enum FieldVerdict {
  "Somebody used it in the period."
  USED
  "Nobody did, and everything was recorded."
  SAFE
  "Nobody is known to have used it, but not everything was recorded."
  UNSURE
}

type FieldUser {
  operation: RecordedOperation!
  calls: Float!
  clients: [FieldClient!]!
}

type FieldClient {
  name: String
  version: String
  calls: Float!
}
`;
