/** The part of the admin API that the console asks for besides: what happened here, what types there are, which rules hold. */
export const consoleSdl = /* GraphQL */ `
extend type Query {
  """
  What happened to the gateways on this store in the last 30 days, newest first: breakers, settings, instances that somebody ejected. The
  registry's history has the rest.
  """
  events(first: Int! = 500): [GatewayEvent!]
  "Every rule that may refuse a request, with what it did since the start of this gateway."
  rules: [ProtectiveRule!]
  "The types of the current supergraph, or of an earlier one, by name, and who owns them."
  types(version: Int): [DescribedType!]
  "What a supergraph version changed for clients, compared with the one before; gravest first."
  changes(version: Int!): [SchemaChange!]
  "What composition remarked on when a supergraph version was published; null where that was not written down."
  hints(version: Int!): [CompositionRemark!]
}

type GatewayEvent {
  at: DateTime!
  kind: GatewayEventKind!
  "The breaker's or instance's subgraph."
  subgraph: String
  text: String!
  "Whether it happened to the gateway that tells it, since its start."
  here: Boolean!
}

enum GatewayEventKind {
  BREAKER
  INSTANCE
  SETTINGS
}

type ProtectiveRule {
  "As supergraph.yaml names it."
  setting: String!
  mode: RuleMode!
  "What it allows, by the settings."
  bounds: JSON!
  refused: Float!
  "While its mode is log."
  wouldRefuse: Float!
  "When it was against a request last, and which one; null where it never was."
  lastAt: DateTime
  lastRequestId: String
}

enum RuleMode {
  OFF
  LOG
  ENFORCE
}

type DescribedType {
  name: String!
  "object, interface, union, enum, input or scalar"
  kind: String!
  description: String
  "The subgraphs that have it."
  owners: [String!]!
  "Interfaces of it; of a union its members."
  related: [String!]!
  "Fields, input fields, or values of an enum."
  members: [DescribedMember!]!
}

type DescribedMember {
  name: String!
  "Arguments and type, as SDL has them; empty for a value."
  signature: String!
  description: String
  deprecated: String
  "The subgraphs that resolve it."
  owners: [String!]!
}

extend type Usage {
  "Of all operations."
  now: UsageTotals!
  before: UsageTotals!
  series: UsageSeries!
}

extend type UsageSeries {
  "How many took how long, over the whole period."
  latencies: [LatencyCount!]!
}

type LatencyCount {
  fromMs: Float!
  "Null for the longest."
  untilMs: Float
  calls: Float!
}
`;
