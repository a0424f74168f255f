/** What of the admin API is about running copies of subgraphs. */
export const instanceSdl = /* GraphQL */ `
extend type Query {
  "The running copies of a subgraph, or of all, that registered themselves and whose lease has not ended."
  instances(subgraph: String): [InstanceLease!]
  "How the way to each subgraph stands in this gateway now: its breaker, its calls, and its instances, however they are known."
  upstream: [SubgraphUpstream!]
}

extend type Mutation {
  "Begins a lease: every gateway on this store calls the instance until it ends. Renew it before."
  registerInstance(
    subgraph: String!
    url: String!
    "Its share of the calls beside the others'."
    weight: Float! = 1
    zone: String
    ttlSeconds: Float! = 30
    author: String
  ): InstanceLease
  "Lengthens a lease from now, by what it was given at first unless told otherwise; NOT_FOUND when it has ended."
  renewInstance(subgraph: String!, url: String!, ttlSeconds: Float): InstanceLease
  "Ends a lease, if there is one."
  removeInstance(subgraph: String!, url: String!): RemovedInstance
  "This gateway calls the instance no more for a while, however it does; 'instance' is its host and port, or its URL."
  ejectInstance(subgraph: String!, instance: String!, forSeconds: Float! = 300, author: String): EjectedInstance
  "This gateway calls it again, whoever ejected it."
  readmitInstance(subgraph: String!, instance: String!, author: String): ReadmittedInstance
  "The subgraph's breaker in this gateway closes and forgets what it counted."
  resetBreaker(subgraph: String!, author: String): ResetBreaker
}

type EjectedInstance {
  until: DateTime!
}

type ReadmittedInstance {
  "Whether it was ejected."
  readmitted: Boolean!
}

type ResetBreaker {
  "Whether it was not closed."
  reset: Boolean!
}

type RemovedInstance {
  "Whether there was a lease."
  removed: Boolean!
}

type InstanceLease {
  subgraph: String!
  url: String!
  weight: Float!
  zone: String
  author: String!
  registeredAt: DateTime!
  expiresAt: DateTime!
}

type SubgraphUpstream {
  subgraph: String!
  breaker: BreakerState!
  "How often the breaker went from closed to open, since the start."
  openings: Int!
  inFlight: Int!
  queued: Int!
  "How many calls may be on their way now: fewer while answers come slowly."
  limit: Int!
  "Calls that were not made: the breaker was open, or too many were on their way."
  refusedOpen: Int!
  refusedOverloaded: Int!
  retries: Int!
  instances: [UpstreamInstance!]!
}

enum BreakerState {
  CLOSED
  OPEN
  HALF_OPEN
  "Open for a growing share of calls."
  RAMP
}

type UpstreamInstance {
  "Host and port."
  name: String!
  zone: String
  weight: Float!
  health: InstanceHealth!
  inFlight: Int!
  latencyMs: Float!
  tries: Int!
  failures: Int!
}

enum InstanceHealth {
  HEALTHY
  "Its calls failed, or somebody ejected it; it gets none for a while."
  EJECTED
  "It does not answer well when it is asked how it is."
  UNHEALTHY
}
`;
