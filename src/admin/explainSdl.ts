/** The part of the admin API about single requests. */
export const explainSdl = /* GraphQL */ `
extend type Query {
  """
  Everything that was decided for the request of this id, newest first where a trusted proxy gave one id to several. Empty when it was
  not kept: those with errors, slow ones, those whose client left and a sample are, for a while (explain). Null where none are.
  """
  explain(id: String!): [Explanation!]
  "The requests that were kept last, newest first. Null where none are."
  explanations(first: Int! = 20): [Explanation!]
}

type Explanation {
  requestId: String!
  at: DateTime!
  ms: Float!
  why: WhyKept!
  status: Int!
  "Names of its operations; several in a batch, none when it was refused before they were known."
  operations: [String!]!
  client: String
  version: String
  consumer: String
  codes: [String!]!
  "The version of the supergraph that answered, or its hash."
  supergraph: String
  "In the order of time."
  decisions: [ExplainedDecision!]!
}

"Why a request was kept."
enum WhyKept {
  "It ended with errors."
  ERROR
  "It took longer than explain.slow."
  SLOW
  "Its client did not wait."
  GONE
  "By chance (explain.sample)."
  SAMPLE
}

type ExplainedDecision {
  "Since the request arrived."
  ms: Float!
  "Which part of the gateway decided."
  part: String!
  text: String!
  "What it rests on, as JSON; members depend on the part."
  facts: JSON!
}
`;
