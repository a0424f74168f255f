import {
  type GraphQLInputType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  typeFromAST,
} from 'graphql';
import { SluiceError } from '../base/errors.ts';
import type { OperationRequest } from '../model/operation.ts';
import type { Route } from '../model/route.ts';
import type { DocumentOutcome } from './parseDocument.ts';
import { type Refusal, refusalOf } from './refusal.ts';

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
      const given = texts.get(name);
      if (given !== undefined) variables[name] = typedValue(variableType(route, name, schema), given, name);
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
  for (const { name, from } of route.variables) {
    const type = variableType(route, name, schema);
    const inner = isListType(type) ? nullable(type.ofType) : type;
    if (from !== 'body' && isInputObjectType(inner))
      return `$${name} is the input object ${inner.name}, which no path and no query string can hold: let it be the body`;
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

function typedValue(type: GraphQLInputType, texts: readonly string[], name: string): unknown {
  if (isListType(type)) return texts.map((text) => leafOf(nullable(type.ofType), text, name));
  return leafOf(type, texts[0] ?? '', name);
}

/** Values of custom scalars are left as they are: what they mean, only their subgraph knows. */
function leafOf(type: GraphQLInputType, text: string, name: string): unknown {
  if (isInputObjectType(type) || isListType(type))
    throw new SluiceError('ROUTE_UNAVAILABLE', unavailable, { detail: `$${name} cannot be read from text` });
  if (isEnumType(type)) {
    const names = type.getValues().map((value) => value.name);
    if (names.includes(text)) return text;
    const shown = names.length > maxShown ? [...names.slice(0, maxShown), '…'] : names;
    return refuse(name, text, `one of ${shown.join(', ')}`);
  }
  switch (type.toString()) {
    case 'Int': {
      const number = /^-?\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
      return (number | 0) === number ? number : refuse(name, text, 'a whole number of 32 bits');
    }
    case 'Float': {
      const number = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(text) ? Number(text) : Number.NaN;
      return Number.isFinite(number) ? number : refuse(name, text, 'a number');
    }
    case 'Boolean':
      if (text === 'true' || text === 'false') return text === 'true';
      return refuse(name, text, 'true, false');
    default:
      return text;
  }
}

const maxShown = 20;
const maxTextLength = 40;

function refuse(name: string, text: string, allowed: string): never {
  const shown = text.length > maxTextLength ? `${text.slice(0, maxTextLength)}…` : text;
  throw new SluiceError(
    'BAD_USER_INPUT',
    `The parameter "${name}" got invalid value ${JSON.stringify(shown)}; allowed: ${allowed}.`,
    { extensions: { parameter: name } },
  );
}
