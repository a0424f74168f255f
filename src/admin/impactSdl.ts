/** What of the admin API tells what is lost with a subgraph. */
export const impactSdl = /* GraphQL */ `
extend type Query {
  "Which of the operations that clients asked lately survive the loss of a subgraph; the busiest first."
  subgraphImpact(
    name: String!
    lastSeconds: Int! = 2592000
    since: DateTime
    until: DateTime
    first: Int! = 500
  ): SubgraphImpact
}

type SubgraphImpact {
  name: String!
  operations: [OperationImpact!]!
}

type OperationImpact {
  "Its signature's hash."
  id: ID!
  name: String
  calls: Float!
  ending: ImpactEnding!
  "Response paths that are null then, without list indices; an empty one for all of it."
  nulls: [String!]!
}

enum ImpactEnding {
  "The subgraph is not needed."
  UNAFFECTED
  "Some fields are null."
  PARTIAL
  "There is no data."
  LOST
  "It cannot be planned on the supergraph that is served."
  UNKNOWN
}
`;
