import { buildSchema, type GraphQLSchema } from 'graphql';
import { auditSdl } from './auditSdl.ts';
import { billingSdl } from './billingSdl.ts';
import { cacheSdl } from './cacheSdl.ts';
import { consoleSdl } from './consoleSdl.ts';
import { explainSdl } from './explainSdl.ts';
import { impactSdl } from './impactSdl.ts';
import { instanceSdl } from './instanceSdl.ts';
import { logLevelSdl } from './logLevelSdl.ts';
import { usageSdl } from './usageSdl.ts';

/** The admin API as SDL. Root fields are nullable, so that one that is refused does not take its neighbours' answers with it. */
const sdl = /* GraphQL */ `
"A moment in UTC, as ISO 8601 writes it: 2026-01-31T09:30:00.000Z."
scalar DateTime
"Any JSON value."
scalar JSON

type Query {
  "Whether this process is ready, and what it serves."
  status: Status!
  "The current supergraph, or an earlier one by its version; null when there is none yet."
  supergraph(version: Int): Supergraph
  "Every subgraph of the current supergraph."
  subgraphs: [SubgraphVersion!]
  "How the supergraph came to be what it is, newest first; 'before' is a version to go on from."
  history(first: Int! = 20, before: Int): [HistoryEntry!]
  "What publishing this subgraph would do, without doing it."
  check(subgraph: SubgraphInput!): CheckReport
  "How an operation would be answered by the subgraphs, on the supergraph served now."
  plan(operation: String!, operationName: String): QueryPlan
  "Who is billed, by name, each with its API keys; or the one of this name."
  consumers(name: String): [Consumer!]
}

type Mutation {
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
  """
  A new API key, told this once; a consumer has at most two that are live. 'plan' and 'scopes', where given, become those of the
  consumer and so of all its keys. Without 'lifetimeSeconds' the key does not expire.
  """
  createKey(
    consumer: String!
    plan: String
    scopes: [String!]
    lifetimeSeconds: Int
    author: String
  ): CreatedKey
  "Refuses all keys of a consumer until it is resumed."
  suspendConsumer(name: String!, author: String): Consumer
  resumeConsumer(name: String!, author: String): Consumer
  "Ends one key, or without 'id' all of the consumer's, for good."
  revokeKeys(consumer: String!, id: ID, author: String): Consumer
}

"A subgraph as somebody wants it to be."
input SubgraphInput {
  name: String!
  "Where it is called; the one it has now when left out."
  url: String
  "Its schema; when left out, the subgraph itself is asked for '_service { sdl }'."
  sdl: String
}

type Status {
  ready: Boolean!
  "The supergraph version served now; null when there is none, or no registry."
  version: Int
  "SHA-256 of the supergraph's SDL, hex."
  hash: String
  origin: Origin
  "False under 'serve --supergraph': then there is nothing to publish to."
  registry: Boolean!
}

"Where the supergraph served now was read."
enum Origin {
  "The registry's store."
  STORE
  "The last good supergraphs on disk, since the store could not be read."
  LAST_GOOD
  "The file or URL of 'serve --supergraph'."
  FILE
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

type Consumer {
  name: String!
  plan: String
  scopes: [String!]!
  suspended: Boolean!
  "Newest first."
  keys: [ApiKey!]!
}

type ApiKey {
  "Stands in the key too, behind sluice_."
  id: ID!
  state: ApiKeyState!
  author: String!
  createdAt: DateTime!
  "Null for a key that does not expire."
  expiresAt: DateTime
}

enum ApiKeyState {
  ACTIVE
  EXPIRED
  REVOKED
}

type CreatedKey {
  "What the consumer sends as x-api-key. It is stored as a hash and cannot be told again."
  key: String!
  id: ID!
  consumer: Consumer!
}

type QueryPlan {
  "For people."
  text: String!
  "For machines: { kind: 'QueryPlan', node }."
  plan: JSON!
}
`;

export function adminSchema(): GraphQLSchema {
  return buildSchema(
    [
      ...[sdl, usageSdl, auditSdl, billingSdl, explainSdl, logLevelSdl, impactSdl, instanceSdl],
      ...[cacheSdl, consoleSdl],
    ].join('\n'),
  );
}
