import type { GraphQLInputType } from 'graphql';
import {
  type FragmentDefinitionNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  Kind,
  parse,
  type SelectionSetNode,
  typeFromAST,
  valueFromASTUntyped,
} from 'graphql';
import type { Route, RouteVariable } from '../../model/route.ts';
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
    .map((variable) => parameter(route, variable, { schema, named }));
  const mayBeMissing = route.rootField !== null && definition.operation === 'query';
  return {
    operationId,
    ...(description && { description }),
    ...(parameters.length > 0 && { parameters }),
    ...(hasBody && { requestBody: requestBody(route, { schema, named }) }),
    responses: {
      200: {
        description: 'What the operation has for data.',
        ...(route.method === 'GET' && { headers: { etag: { schema: { type: 'string' } } } }),
        content: { 'application/json': { schema: wholeSchema(route, { root, context }) } },
      },
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
  const asQuery = definition.operation === 'query' ? presentValueSchema : valueSchema;
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

function parameter(route: Route, { name, from, isRequired }: RouteVariable, parts: TypeParts): object {
  const { type, written } = definedAs(route, name, parts);
  const schema = presentSchema(type, parts.named);
  return {
    name,
    in: from,
    ...((from === 'path' || isRequired) && { required: true }),
    schema: written === undefined ? schema : { ...schema, default: written },
  };
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
