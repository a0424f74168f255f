import {
  type GraphQLInputType,
  type GraphQLSchema,
  isInputObjectType,
  isListType,
  isNonNullType,
  typeFromAST,
} from 'graphql';
import { SluiceError } from '../base/errors.ts';
import type { OperationRequest } from '../model/operation.ts';
import type { Route } from '../model/route.ts';
import { membersFault, typedObject } from './objectParameters.ts';
import type { DocumentOutcome } from './parseDocument.ts';
import { type Refusal, refusalOf } from './refusal.ts';
import { typedText } from './typedText.ts';

interface Typed {
  readonly request: OperationRequest;
  /** What of it cannot be a variable. */
  readonly fault: Refusal | null;
}

/** What came as text of a path or query string, by the types of the operation's variables; the request itself where nothing did. */
export function typedVariables(
  request: OperationRequest,
  { document }: DocumentOutcome,
  schema: GraphQLSchema,
): Typed {
  const { routed } = request;
  if (!routed || !document) return { request, fault: null };
  const { route, texts } = routed;
  const variables = Object.assign(Object.create(null), request.variables) as Record<string, unknown>;
  try {
    for (const { name, from, isRequired } of route.variables) {
      if (from === 'body') continue;
      const type = variableType(route, name, schema);
      const value = isInputObjectType(type) ? typedObject(type, texts, name) : typedValue(type, texts, name);
      if (value !== undefined) variables[name] = value;
      else if (isRequired && from === 'query')
        throw new SluiceError('BAD_USER_INPUT', `The parameter "${name}" is missing; it has to be given.`);
    }
    return { request: { ...request, variables }, fault: null };
  } catch (thrown) {
    return { request, fault: refusalOf(thrown) };
  }
}

/** Why the route cannot be asked under this schema, which its operation fits; null where it can. */
export function untypedVariable(route: Route, schema: GraphQLSchema): string | null {
  for (const { name, from, isList } of route.variables) {
    const type = variableType(route, name, schema);
    const inner = isListType(type) ? nullable(type.ofType) : type;
    if (from === 'body' || !isInputObjectType(inner)) continue;
    const where = from === 'path' ? 'no path' : isList ? 'no query string' : null;
    if (where)
      return `$${name} is of the input object ${inner.name}, which ${where} can hold: let it be the body`;
    const fault = membersFault(inner);
    if (fault) return `$${name} is of the input object ${inner.name}, ${fault}: let it be the body`;
  }
  return null;
}

export function variableType(route: Route, name: string, schema: GraphQLSchema): GraphQLInputType {
  const { variableDefinitions = [] } = route.definition;
  const defined = variableDefinitions.find(({ variable }) => variable.name.value === name);
  const type = defined && typeFromAST(schema, defined.type);
  if (!type) throw new SluiceError('ROUTE_UNAVAILABLE', unavailable, { detail: `$${name} has no type` });
  return nullable(type as GraphQLInputType);
}

export const unavailable = 'The operation of this route does not fit the supergraph that is served now.';

function nullable(type: GraphQLInputType): GraphQLInputType {
  return isNonNullType(type) ? type.ofType : type;
}

type Texts = ReadonlyMap<string, readonly string[]>;

function typedValue(type: GraphQLInputType, texts: Texts, name: string): unknown {
  for (const given of texts.keys())
    if (given.startsWith(`${name}.`))
      throw new SluiceError(
        'BAD_REQUEST',
        `The parameter "${name}" has no members; found "${given.slice(0, 100)}".`,
      );
  const given = texts.get(name);
  if (given === undefined) return undefined;
  if (isListType(type)) return given.map((text) => typedText(nullable(type.ofType), text, name));
  return typedText(type, given[0] ?? '', name);
}
