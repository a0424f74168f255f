import type { ObjectValueNode, ValueNode } from 'graphql';

/** How subgraphs are spoken to. */
export type Protocol = 'graphql' | 'grpc' | 'rest';

/** How a subgraph that is no GraphQL server is asked for what its schema says: read from the directives of its published SDL. */
export interface Translation {
  readonly protocol: 'grpc' | 'rest';
  /** By the names of the subgraph's schema; a name that is not here is a scalar of GraphQL's own. */
  readonly types: ReadonlyMap<string, TranslatedType>;
  readonly roots: { readonly query: string; readonly mutation: string };
  /** What travels in gRPC messages; empty for REST. */
  readonly messages: ReadonlyMap<string, Message>;
  readonly enums: ReadonlyMap<string, ReadonlyMap<number, string>>;
  /** Where a REST service says what went wrong: the ways to the message and the code in the body of an error. */
  readonly errors: { readonly message: readonly string[] | null; readonly code: readonly string[] | null };
}

export type TranslatedType =
  | TranslatedObject
  | { readonly kind: 'input'; readonly fields: ReadonlyMap<string, TranslatedInput> }
  | {
      readonly kind: 'enum';
      /** The service's name by ours, and ours by the service's. */
      readonly toWire: ReadonlyMap<string, string>;
      readonly fromWire: ReadonlyMap<string, string>;
    }
  | { readonly kind: 'scalar' };

export interface TranslatedObject {
  readonly kind: 'object';
  readonly fields: ReadonlyMap<string, TranslatedField>;
  /** How it is asked for as an entity; null where its representation is all there is. */
  readonly entity: Ask | null;
}

export interface TranslatedField {
  readonly type: TypeShape;
  /** What the service calls it. */
  readonly wire: string;
  readonly arguments: ReadonlyMap<string, TranslatedInput>;
  /** How the service is asked for it; null where it comes with its object. */
  readonly ask: Ask | null;
  /** Makes an object of another type of what its own object has; null where the service sends it. */
  readonly refers: ObjectValueNode | null;
}

export interface TranslatedInput {
  readonly type: TypeShape;
  readonly wire: string;
  readonly default: ValueNode | null;
}

/** A type with its lists, and without what may be null: the gateway itself sees to that. */
export interface TypeShape {
  readonly name: string;
  /** How many lists it is in. */
  readonly lists: number;
}

/** One way of asking a service for a value; `$name` and `{name}` stand for an argument, or else a field of the parent. */
export interface Ask {
  readonly rest: RestRequest | null;
  readonly grpc: GrpcMethod | null;
  /** The body, or the message; null where it follows from the arguments. */
  readonly request: ValueNode | null;
  readonly batch: Batch | null;
  /** The way to the value in the answer. */
  readonly result: readonly string[];
  readonly pages: Pages | null;
  /** What it stands for names: arguments, and members of the parent. */
  readonly names: readonly string[];
  /** Whether "not found" is an error, and not null. */
  readonly isMissingError: boolean;
}

/** Many are asked for at once. */
export interface Batch {
  /** What is sent for each. */
  readonly each: ValueNode;
  /** The member of the request that lists them. */
  readonly into: string;
  /** The member of an item that equals the `each` it answers; null where they come in the same order. */
  readonly by: string | null;
  /** The way to the value in an item. */
  readonly value: readonly string[];
  readonly max: number;
}

/** A list comes in pages. */
export interface Pages {
  /** The way to what leads to the next page, in the answer; none when it is missing, null or empty. */
  readonly next: readonly string[];
  /** The query parameter that takes it. */
  readonly parameter: string;
  readonly max: number;
}

export interface RestRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below the URL of the subgraph, with `{name}` in its steps and in its query. */
  readonly path: string;
}

export interface GrpcMethod {
  /** `/package.Service/Method`. */
  readonly path: string;
  readonly request: string;
  readonly response: string;
  /** Whether it answers with a stream, which is read as a list. */
  readonly isStream: boolean;
}

/** A message of a .proto file. */
export interface Message {
  readonly name: string;
  readonly fields: readonly MessageField[];
}

export interface MessageField {
  readonly number: number;
  readonly name: string;
  /** A scalar of protobuf, or the full name of a message or an enum. */
  readonly type: string;
  /** The key's type of a map, whose values have `type`. */
  readonly mapKey: string | null;
  readonly isRepeated: boolean;
  /** Whether a value that is not sent is told from one that is its type's default. */
  readonly hasPresence: boolean;
  readonly oneof: string | null;
}
