import { type ConstDirectiveNode, type DefinitionNode, Kind, parse } from 'graphql';

/**
 * The directives that say how a service that is no GraphQL server is asked. They stand in the SDL that is published, so every
 * version carries its own translation and a rollback brings it back; composition leaves them out of the supergraph.
 */
const sdl = /* GraphQL */ `
  "The service speaks gRPC: its messages, enums and methods, one a line."
  directive @speaksGrpc(messages: String!) on SCHEMA

  "The service speaks JSON over HTTP. The ways to the message and the code in the body of an error: steps with dots between."
  directive @speaksRest(errorMessage: String, errorCode: String) on SCHEMA

  "Asked for over HTTP. {name} in a path, and $name elsewhere, is an argument, or else what the parent has under that name."
  directive @rest(
    get: String
    post: String
    put: String
    patch: String
    delete: String
    body: String
    result: String
    each: String
    into: String
    by: String
    value: String
    max: Int
    next: String
    pageParameter: String
    maxPages: Int
    missing: String
  ) on FIELD_DEFINITION | OBJECT

  "Asked for by a gRPC method."
  directive @grpc(
    method: String!
    request: String
    result: String
    each: String
    into: String
    by: String
    value: String
    max: Int
    missing: String
  ) on FIELD_DEFINITION | OBJECT

  "What the service calls it."
  directive @wire(name: String!) on FIELD_DEFINITION | ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION | ENUM_VALUE

  "An object of another type, made of what its own object has."
  directive @refers(by: String!) on FIELD_DEFINITION
`;

/** Their definitions, for the SDL that uses them. */
export function dialect(): readonly DefinitionNode[] {
  return parse(sdl, { noLocation: true }).definitions;
}

export interface WithDirectives {
  readonly directives?: readonly ConstDirectiveNode[] | undefined;
}

/** The arguments of one directive; null where it is not there. Its strings and numbers alone, which are all the dialect has. */
export function argumentsOf(
  { directives = [] }: WithDirectives,
  name: string,
): ReadonlyMap<string, string | number> | null {
  const found = directives.find((directive) => directive.name.value === name);
  if (!found) return null;
  const given = new Map<string, string | number>();
  for (const { name: argument, value } of found.arguments ?? []) {
    if (value.kind === Kind.STRING) given.set(argument.value, value.value);
    else if (value.kind === Kind.INT) given.set(argument.value, Number(value.value));
  }
  return given;
}
