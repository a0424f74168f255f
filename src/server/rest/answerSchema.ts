import {
  type DirectiveNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  isCompositeType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import { described, type JsonSchema, leafSchema, type NamedSchemas, orNull } from './jsonSchema.ts';

export interface AnswerContext {
  readonly schema: GraphQLSchema;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly named: NamedSchemas;
}

/** What is selected under one response name. */
interface Selected {
  readonly fields: FieldNode[];
  /** There whatever the variables are. */
  isSure: boolean;
}

/** The schema of an object as these selections have it. */
export function answerSchema(
  type: GraphQLObjectType,
  sets: readonly SelectionSetNode[],
  context: AnswerContext,
): JsonSchema {
  const selected = new Map<string, Selected>();
  for (const set of sets) collect(set, { type, isSure: true, selected, context });
  const properties = [...selected].map(([name, { fields }]) => [name, fieldSchema(type, fields, context)]);
  const required = [...selected].filter(([, { isSure }]) => isSure).map(([name]) => name);
  return {
    type: 'object',
    properties: Object.fromEntries(properties),
    ...(required.length > 0 && { required }),
  };
}

interface Collecting {
  readonly type: GraphQLObjectType;
  readonly isSure: boolean;
  readonly selected: Map<string, Selected>;
  readonly context: AnswerContext;
}

function collect({ selections }: SelectionSetNode, collecting: Collecting): void {
  const { type, selected, context } = collecting;
  for (const selection of selections) {
    const isSure = collecting.isSure && !isConditional(selection.directives);
    if (selection.kind === Kind.FIELD) {
      const name = (selection.alias ?? selection.name).value;
      const known = selected.get(name);
      if (known) {
        known.fields.push(selection);
        known.isSure ||= isSure;
      } else selected.set(name, { fields: [selection], isSure });
      continue;
    }
    const fragment =
      selection.kind === Kind.FRAGMENT_SPREAD ? context.fragments.get(selection.name.value) : selection;
    if (fragment && applies(fragment.typeCondition?.name.value, type, context))
      collect(fragment.selectionSet, { ...collecting, isSure });
  }
}

function isConditional(directives: readonly DirectiveNode[] = []): boolean {
  return directives.some(({ name }) => name.value === 'skip' || name.value === 'include');
}

function applies(condition: string | undefined, type: GraphQLObjectType, { schema }: AnswerContext): boolean {
  if (condition === undefined || condition === type.name) return true;
  const wider = schema.getType(condition);
  return isCompositeType(wider) && !isObjectType(wider) && schema.isSubType(wider, type);
}

function fieldSchema(
  type: GraphQLObjectType,
  nodes: readonly FieldNode[],
  context: AnswerContext,
): JsonSchema {
  const name = nodes[0]?.name.value ?? '';
  if (name === '__typename') return { type: 'string', const: type.name };
  const field = type.getFields()[name];
  if (!field) return {}; // __schema and __type, whose shape is GraphQL's own.
  const sets = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
  return described(valueSchema(field.type, sets, context), field.description);
}

export function valueSchema(
  type: GraphQLOutputType,
  sets: readonly SelectionSetNode[],
  context: AnswerContext,
): JsonSchema {
  return isNonNullType(type)
    ? presentValueSchema(type.ofType, sets, context)
    : orNull(presentValueSchema(type, sets, context));
}

/** The same where it is not null. */
export function presentValueSchema(
  type: GraphQLOutputType,
  sets: readonly SelectionSetNode[],
  context: AnswerContext,
): JsonSchema {
  if (isNonNullType(type)) return presentValueSchema(type.ofType, sets, context);
  if (isListType(type)) return { type: 'array', items: valueSchema(type.ofType, sets, context) };
  if (isLeafType(type)) return leafSchema(type, context.named);
  if (isObjectType(type)) return answerSchema(type, sets, context);
  const shapes = context.schema.getPossibleTypes(type).map((each) => answerSchema(each, sets, context));
  const distinct = [...new Map(shapes.map((shape) => [JSON.stringify(shape), shape])).values()];
  return distinct.length === 1 ? (distinct[0] as JsonSchema) : { anyOf: distinct };
}
