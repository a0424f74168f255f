import { buildSchema, type GraphQLSchema } from 'graphql';
import { apiKeySdl } from './apiKeySdl.ts';
import { auditSdl } from './auditSdl.ts';
import { billingSdl } from './billingSdl.ts';
import { cacheSdl } from './cacheSdl.ts';
import { consoleSdl } from './consoleSdl.ts';
import { explainSdl } from './explainSdl.ts';
import { impactSdl } from './impactSdl.ts';
import { instanceSdl } from './instanceSdl.ts';
import { logLevelSdl } from './logLevelSdl.ts';
import { registrySdl } from './registrySdl.ts';
import { usageSdl } from './usageSdl.ts';
import { usageTotalsSdl } from './usageTotalsSdl.ts';

/** The admin API as SDL. Root fields are nullable, so that one that is refused does not take its neighbours' answers with it. */
const sdl = /* GraphQL */ `
"A moment in UTC, as ISO 8601 writes it: 2026-01-31T09:30:00.000Z."
scalar DateTime
"Any JSON value."
scalar JSON

type Query {
  "Whether this process is ready, and what it serves."
  status: Status!
  "How an operation would be answered by the subgraphs, on the supergraph served now."
  plan(operation: String!, operationName: String): QueryPlan
}

# Each part adds its own.
type Mutation

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
      ...[
        sdl,
        registrySdl,
        apiKeySdl,
        usageSdl,
        usageTotalsSdl,
        auditSdl,
        billingSdl,
        explainSdl,
        logLevelSdl,
        impactSdl,
        instanceSdl,
      ],
      ...[cacheSdl, consoleSdl],
    ].join('\n'),
  );
}
