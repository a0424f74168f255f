import type { DocumentNode, FieldNode, OperationDefinitionNode } from 'graphql';
import type { Routed } from './route.ts';

/** What a client asks, as sent; field values are checked to have these types. */
export interface OperationRequest {
  readonly query: string | null;
  /** Of a document that is known already. */
  readonly documentId?: string | null;
  readonly operationName: string | null;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly extensions: Readonly<Record<string, unknown>>;
  /** How it came by a route; absent where it was sent as GraphQL. */
  readonly routed?: Routed;
}

/** A document that fits the schema it was prepared with. */
export interface ValidDocument {
  /** What `document` says; as sent, but for directives that are not executed. */
  readonly text: string;
  /** As sent. */
  readonly sentText: string;
  /** SHA-256 of `sentText`, hex. */
  readonly hash: string;
  readonly document: DocumentNode;
}

/** One operation of a valid document, chosen by name, with its variables as sent. */
export interface Operation {
  readonly document: ValidDocument;
  readonly definition: OperationDefinitionNode;
  readonly name: string | null;
  readonly kind: 'query' | 'mutation' | 'subscription';
  readonly variables: Readonly<Record<string, unknown>>;
  /** What the session may not see of what was asked; `document` and `definition` are without it. Absent when it may see all. */
  readonly withheld?: Withheld;
}

/** What is null in the result, each place with an error, and is never asked of a subgraph. */
export interface Withheld {
  readonly fields: ReadonlySet<FieldNode>;
  /** The operation with these fields in it: for every type an object may have, each field is withheld or not. */
  readonly document: DocumentNode;
  readonly definition: OperationDefinitionNode;
}
