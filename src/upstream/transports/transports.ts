import type { Protocol } from '../../model/translation.ts';
import { isWell as isGraphqlWell } from './graphql/isWell.ts';
import { send as sendGraphql } from './graphql/send.ts';
import { isWell as isGrpcWell } from './grpc/isWell.ts';
import { createSend as createGrpcSend } from './grpc/send.ts';
import { isWell as isRestWell } from './rest/isWell.ts';
import { createSend as createRestSend } from './rest/send.ts';
import { createSelections } from './translated/selections.ts';
import type { Transport } from './transport.ts';

export type Transports = Readonly<Record<Protocol, Transport>>;

/**
 * How subgraphs are spoken to: a folder for each protocol, with the same file names (`send`, `isWell`). What gRPC and REST have in common,
 * making a GraphQL result of what a service says, is in `translated/`; which fields are asked how is in the Translation of the call.
 */
export function createTransports(): Transports {
  const selections = createSelections();
  return {
    graphql: { send: sendGraphql, isWell: isGraphqlWell },
    grpc: { send: createGrpcSend(selections), isWell: isGrpcWell },
    rest: { send: createRestSend(selections), isWell: isRestWell },
  };
}
