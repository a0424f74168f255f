/** What of the admin API is about consumers and their API keys. */
export const apiKeySdl = /* GraphQL */ `
extend type Query {
  "Who is billed, by name, each with its API keys; or the one of this name."
  consumers(name: String): [Consumer!]
}

extend type Mutation {
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
`;
