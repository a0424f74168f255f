/** The part of the admin API about who asks, and who changed what. */
export const auditSdl = /* GraphQL */ `
extend type Query {
  "Whose token this request came with."
  caller: Caller
  """
  Every change that was asked for, newest first; 'after' is the id of an entry to go on from, to older ones. Of one who asked and of one
  mutation by their names. For operators.
  """
  audit(first: Int! = 50, after: Int, by: String, action: String): [AuditEntry!]
}

"As in admin.tokens; each may what those before it may."
enum Role {
  viewer
  publisher
  operator
}

type Caller {
  "Null where no tokens are in use."
  name: String
  role: Role!
  "The subgraphs that a publisher may change; null for all."
  subgraphs: [String!]
}

type AuditEntry {
  "Counts from 1, without gaps."
  id: Int!
  at: DateTime!
  "The name of the token; without tokens, who the command line said."
  by: String!
  "Null where no tokens were in use."
  role: Role
  "Where it was asked from."
  address: String!
  "The mutation."
  action: String!
  "What it was about: subgraphs, a consumer, a version."
  target: String!
  result: AuditResult!
  "Why it was not made."
  code: String
  "Finds its lines in the log."
  requestId: String!
  "What else was asked, and what came of it; hashes in the place of SDL, ids in the place of keys."
  details: JSON!
}

enum AuditResult {
  DONE
  "Nothing was changed."
  REFUSED
  "Our fault: it may have been made."
  FAILED
}
`;
