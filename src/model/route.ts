import type { OperationDefinitionNode } from 'graphql';

/** The methods a route may have; HEAD goes where GET goes. */
export type RouteMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** A part of a path between slashes: a text, or a variable of the operation that stands there. */
export type RouteSegment = { readonly literal: string } | { readonly variable: string };

/** A path at which a trusted operation is answered, without a word of GraphQL. It is the same under every supergraph. */
export interface Route {
  readonly method: RouteMethod;
  /** As written, such as `/countries/:code`; below the prefix that all routes have. */
  readonly path: string;
  readonly segments: readonly RouteSegment[];
  /** The text of the document, without what says its routes. */
  readonly text: string;
  readonly definition: OperationDefinitionNode;
  readonly variables: readonly RouteVariable[];
  /** The variable that the body is; null where the members of the body are the variables, or there is none. */
  readonly bodyVariable: string | null;
  readonly hasBody: boolean;
  /** The response name of the only root field; null where there are several, or fragments. */
  readonly rootField: string | null;
  /** Whether the answer is the value of that field, not the object it stands in. */
  readonly unwrap: boolean;
  /** Whether what it answers was made by it: 201, and not 200. */
  readonly isCreation: boolean;
  /** Where it is written, for people. */
  readonly where: string;
}

export interface RouteVariable {
  readonly name: string;
  readonly from: 'path' | 'query' | 'body';
  readonly isList: boolean;
  /** It has neither a default nor may it be null. */
  readonly isRequired: boolean;
}

/** What came by a route as text, by the names of variables: what it stands for, their types say. */
export interface Routed {
  readonly route: Route;
  readonly texts: ReadonlyMap<string, readonly string[]>;
}
