import {
  type FragmentDefinitionNode,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLSchema,
  isInputObjectType,
  isNonNullType,
  Kind,
  parse,
  type SelectionSetNode,
  typeFromAST,
  valueFromASTUntyped,
} from 'graphql';
import type { Route, RouteVariable } from '../../model/route.ts';
import { objectParameters } from '../../request/request.ts';
import { type AnswerContext, answerSchema, presentValueSchema, valueSchema } from './answerSchema.ts';
import { inputSchema, presentSchema } from './inputSchema.ts';
import type { JsonSchema, NamedSchemas } from './jsonSchema.ts';

export interface OperationParts {
  readonly schema: GraphQLSchema;
  readonly named: NamedSchemas;
  readonly operationId: string;
}

/** A route as an operation of an OpenAPI document. */
export function openApiOperation(route: Route, { schema, named, operationId }: OperationParts): object {
  const { definition, hasBody, variables } = route;
  const root = schema.getRootType(definition.operation) as GraphQLObjectType;
  const context = { schema, named, fragments: fragmentsOf(route) };
  const description = rootDescription(route, root);
  const parameters = variables
    .filter(({ from }) => from !== 'body')
    .flatMap((variable) => parametersOf(route, variable, { schema, named }));
  const mayBeMissing = route.rootField !== null && definition.operation === 'query';
  return {
    operationId,
    ...(description && { description }),
    ...(parameters.length > 0 && { parameters }),
    ...(hasBody && { requestBody: requestBody(route, { schema, named }) }),
    responses: {
      [route.isCreation ? 201 : 200]: {
        description: route.isCreation ? 'What was made.' : 'What the operation has for data.',
        ...(route.method === 'GET' && { headers: { etag: { schema: { type: 'string' } } } }),
        content: { 'application/json': { schema: wholeSchema(route, { root, context }) } },
      },
      ...(route.isCreation && { 200: nothingMade }),
      ...(route.method === 'GET' && {
        304: { description: 'What If-None-Match names is still what it is.' },
      }),
      400: problemNamed,
      ...(mayBeMissing && { 404: problemNamed }),
      '4XX': problemNamed,
      '5XX': problemNamed,
    },
  };
}

const nothingMade = {
  description: 'Nothing was made: the field that makes it is null.',
  content: { 'application/json': { schema: {} } },
};
const problemNamed = { $ref: '#/components/responses/problem' };

/** A single thing asked for that is null is a 404, so here it is not. */
function wholeSchema(
  route: Route,
  { root, context }: { readonly root: GraphQLObjectType; readonly context: AnswerContext },
): JsonSchema {
  const { definition, rootField, unwrap } = route;
  const whole = answerSchema(root, [definition.selectionSet], context);
  const field = rootField === null ? null : onlyField(route);
  const type = field && root.getFields()[field.name]?.type;
  if (!field || !type) return whole;
  const isThere = definition.operation === 'query' || route.isCreation;
  const asQuery = isThere ? presentValueSchema : valueSchema;
  const value = asQuery(type, field.sets, context);
  return unwrap ? value : { ...whole, properties: { [String(rootField)]: value } };
}

function onlyField({ definition }: Route): { name: string; sets: readonly SelectionSetNode[] } | null {
  const [field] = definition.selectionSet.selections;
  if (field?.kind !== Kind.FIELD) return null;
  return { name: field.name.value, sets: field.selectionSet ? [field.selectionSet] : [] };
}

function rootDescription({ definition }: Route, root: GraphQLObjectType): string | null {
  const [field] = definition.selectionSet.selections;
  if (field?.kind !== Kind.FIELD) return null;
  return root.getFields()[field.name.value]?.description ?? null;
}

type TypeParts = Pick<OperationParts, 'schema' | 'named'>;

function parametersOf(
  route: Route,
  { name, from, isRequired }: RouteVariable,
  parts: TypeParts,
): readonly object[] {
  const { type, written } = definedAs(route, name, parts);
  const own = isNonNullType(type) ? type.ofType : type;
  if (isInputObjectType(own)) return memberParameters(own, { name, isRequired }, parts.named);
  const schema = presentSchema(type, parts.named);
  return [
    {
      name,
      in: from,
      ...((from === 'path' || isRequired) && { required: true }),
      schema: written === undefined ? schema : { ...schema, default: written },
    },
  ];
}

/** An input object in a query string: a parameter for each of its members. */
function memberParameters(
  type: GraphQLInputObjectType,
  { name, isRequired: isObjectRequired }: Pick<RouteVariable, 'name' | 'isRequired'>,
  named: NamedSchemas,
): readonly object[] {
  return objectParameters(type).map(({ way, type: leaf, isList, isRequired, description }) => {
    const schema = presentSchema(leaf, named);
    // A member of an object that need not be given is required only beside others.
    const isAlways = isObjectRequired && isRequired && way.length === 1;
    return {
      name: [name, ...way].join('.'),
      in: 'query',
      ...(description && { description }),
      ...(isAlways && { required: true }),
      schema: isList ? { type: 'array', items: schema } : schema,
    };
  });
}

function requestBody(route: Route, parts: TypeParts): object {
  const inBody = route.variables.filter(({ from }) => from === 'body');
  const schemaOf = (name: string): JsonSchema => {
    const { type, written } = definedAs(route, name, parts);
    const schema = inputSchema(type, parts.named);
    return written === undefined ? schema : { ...schema, default: written };
  };
  const required = inBody.filter(({ isRequired }) => isRequired).map(({ name }) => name);
  const members = {
    type: 'object',
    properties: Object.fromEntries(inBody.map(({ name }) => [name, schemaOf(name)])),
    ...(required.length > 0 && { required }),
    additionalProperties: false,
  };
  const schema = route.bodyVariable === null ? members : schemaOf(route.bodyVariable);
  return { required: true, content: { 'application/json': { schema } } };
}

function definedAs(route: Route, name: string, { schema }: TypeParts) {
  const { variableDefinitions = [] } = route.definition;
  const defined = variableDefinitions.find(({ variable }) => variable.name.value === name);
  const type = defined && typeFromAST(schema, defined.type);
  if (!type) throw new Error(`The route ${route.path} does not fit the schema it is told with`);
  const written = defined.defaultValue && (valueFromASTUntyped(defined.defaultValue) as unknown);
  return { type: type as GraphQLInputType, written };
}

function fragmentsOf({ text }: Route): ReadonlyMap<string, FragmentDefinitionNode> {
  const fragments = parse(text, { noLocation: true }).definitions.filter(
    (definition) => definition.kind === Kind.FRAGMENT_DEFINITION,
  );
  return new Map(fragments.map((fragment) => [fragment.name.value, fragment]));
}
