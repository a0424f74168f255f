/** What of the admin API is about the registry: subgraphs, the supergraphs made of them, and what a change would do. */
export const registrySdl = /* GraphQL */ `
extend type Query {
  "The current supergraph, or an earlier one by its version; null when there is none yet."
  supergraph(version: Int): Supergraph
  "Every subgraph of the current supergraph."
  subgraphs: [SubgraphVersion!]
  "How the supergraph came to be what it is, newest first; 'before' is a version to go on from."
  history(first: Int! = 20, before: Int): [HistoryEntry!]
  "What publishing this subgraph would do, without doing it."
  check(subgraph: SubgraphInput!): CheckReport
}

extend type Mutation {
  """
  Composes, then publishes all of these subgraphs as one supergraph version, or changes nothing.
  'base' is the supergraph version the author looked at: when one of these subgraphs has changed since, it is a CONFLICT.
  'allowBreaking' decides for this publish what the registry's option breakingChanges decides otherwise.
  """
  publish(
    subgraphs: [SubgraphInput!]!
    base: Int
    allowBreaking: Boolean
    idempotencyKey: String
    author: String
  ): ChangeOutcome
  "Takes a subgraph out of the supergraph, whatever clients lose by it."
  unpublish(name: String!, base: Int, idempotencyKey: String, author: String): ChangeOutcome
  "Brings the subgraphs of an earlier supergraph version back, as a new version, whatever clients lose by it."
  rollback(version: Int!, base: Int, idempotencyKey: String, author: String): ChangeOutcome
}

"A subgraph as somebody wants it to be."
input SubgraphInput {
  name: String!
  "Where it is called; the one it has now when left out."
  url: String
  "Its schema; when left out, the subgraph itself is asked for '_service { sdl }'."
  sdl: String
}

type Supergraph {
  version: Int
  "SHA-256 of 'sdl', hex."
  hash: String!
  sdl: String!
  subgraphs: [SubgraphVersion!]!
}

type SubgraphVersion {
  name: String!
  "Counts the versions of this subgraph, from 1."
  version: Int!
  url: String!
  sdl: String!
  "SHA-256 of 'sdl', hex."
  hash: String!
  author: String!
  "file:PATH, proto:PATH or openapi:PATH of supergraph.yaml, subgraph:URL when it was asked itself, or publish."
  source: String!
  "How it is spoken to: graphql, grpc or rest."
  protocol: String!
  publishedAt: DateTime!
}

type HistoryEntry {
  version: Int!
  hash: String!
  kind: ChangeKind!
  "The names of the subgraphs that changed."
  changed: [String!]!
  "For a rollback, the version whose subgraphs it brought back."
  rolledBackTo: Int
  author: String!
  at: DateTime!
}

enum ChangeKind {
  PUBLISH
  UNPUBLISH
  ROLLBACK
  "The store had lost this supergraph and got it back from the last good one on disk."
  RECOVERY
}

type ChangeOutcome {
  "The supergraph version now in force."
  version: Int!
  "False when the registry already had exactly this."
  changed: Boolean!
  report: CheckReport!
}

type CheckReport {
  "Why it does not compose; empty when it does."
  errors: [CompositionRemark!]!
  "What composition remarks on without refusing."
  hints: [CompositionRemark!]!
  "How the API schema would change for clients."
  changes: [SchemaChange!]!
  "The version this was compared with; null when nothing is served yet."
  comparedWith: Int
  "Which operations that clients asked lately it would break; null where usage is not recorded, or it does not compose."
  operations: OperationsReport
}

type OperationsReport {
  "Operations asked since then were looked at (registry.checks.since)."
  since: DateTime!
  checked: Int!
  "Operations that were asked, too, and are too many to look at (registry.checks.operations)."
  unchecked: Int!
  "Since when operations are recorded at all."
  recordedSince: DateTime
  "Calls of which nobody knows what they asked (analytics.max.operations)."
  unknownCalls: Float!
  "The busiest first."
  broken: [BrokenOperation!]!
}

type BrokenOperation {
  "As usage knows it."
  id: ID!
  name: String
  reasons: [String!]!
  calls: Float!
  lastSeen: DateTime!
  clients: [BrokenClient!]!
}

"A client that asked it lately; null where it did not say who it is."
type BrokenClient {
  name: String
  version: String
  calls: Float!
  lastSeen: DateTime!
}

type CompositionRemark {
  code: String!
  message: String!
  places: [SdlPlace!]!
}

"A place in a subgraph's SDL, counted from 1."
type SdlPlace {
  subgraph: String!
  line: Int!
  column: Int!
}

type SchemaChange {
  severity: Severity!
  "Such as FIELD_REMOVED."
  kind: String!
  "Schema coordinate, such as Country.name; null for the schema as a whole."
  coordinate: String
  message: String!
}

enum Severity {
  BREAKING
  DANGEROUS
  SAFE
}
`;
