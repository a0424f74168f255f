import {
  doTypesOverlap,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  isUnionType,
} from 'graphql';
import { type Choices, createChoices } from './choices.ts';
import { mendOperation } from './mendOperation.ts';

/** An operation as a client sends it. */
export interface SentOperation {
  readonly text: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

interface Draft {
  readonly choices: Choices;
  readonly schema: GraphQLSchema;
  readonly fragments: {
    readonly name: string;
    readonly type: GraphQLCompositeType;
    readonly depth: number;
    text: string;
  }[];
  readonly variables: { readonly name: string; readonly declaration: string; readonly value: unknown }[];
  /** Mutations with fields that stand in several places, under conditions: their root, and what has been asked of it. */
  readonly again: { readonly root: GraphQLCompositeType; readonly asked: AskedField[] } | null;
}

interface AskedField {
  readonly field: GraphQLField<unknown, unknown>;
  /** With its alias and its arguments. */
  readonly call: string;
}

const maxDepth = 5;
const maxConditions = 5;
const aliases = ['a', 'b', 'c', 'id', 'code', 'str0', 'int0', 'constructor', 'toString', 'length', 'key0'];

/** All that can be asked, or mutations only, which ask their fields in several places under conditions. */
export type OperationKind = 'any' | 'mutations';

/** A valid operation over the schema, or null when the decisions of the tape lead to none. */
export function generateOperation(
  schema: GraphQLSchema,
  tape: readonly number[],
  kind: OperationKind = 'any',
): SentOperation | null {
  const choices = createChoices(tape);
  const mutation = schema.getMutationType();
  if (kind === 'mutations' && !mutation) return null;
  const again = kind === 'mutations' && mutation ? { root: mutation, asked: [] } : null;
  const draft: Draft = { choices, schema, fragments: [], variables: [], again };
  const isMutation = Boolean(mutation) && (again !== null || choices.chance(12));
  const root = isMutation ? mutation : schema.getQueryType();
  if (!root) throw new Error('The schema has no root type');
  const body = selectionSet(draft, { type: root, depth: again ? 2 : maxDepth });
  const introspection = !isMutation && choices.chance(6) ? introspectionText(choices) : '';
  const declared = draft.variables.map(({ declaration }) => declaration).join(', ');
  const text = [
    `${isMutation ? 'mutation' : 'query'} Asked${declared === '' ? '' : `(${declared})`} {${introspection}${body.slice(1)}`,
    ...draft.fragments.map((fragment) => fragment.text),
  ].join('\n');
  const mended = mendOperation(schema, text);
  if (mended === null) return null;
  const variables: Record<string, unknown> = {};
  for (const { name, value } of draft.variables) if (value !== undefined) variables[name] = value;
  return { text: mended, variables };
}

function introspectionText(choices: Choices): string {
  return choices.of([
    ' __schema { queryType { name } mutationType { name } }',
    ' shape: __type(name: "Named") { kind name possibleTypes { name } }',
    ' __type(name: "Book") { name fields { name args { name defaultValue } type { kind name ofType { name } } } }',
  ]);
}

interface Place {
  readonly type: GraphQLCompositeType;
  /** Levels of fields that may still follow. */
  readonly depth: number;
}

/** Whether fields of a mutation are chosen, to be asked in several places. */
function isAgain({ again }: Draft, { type }: Place): boolean {
  return again !== null && again.root === type;
}

function selectionSet(draft: Draft, place: Place): string {
  const { choices } = draft;
  const count = isAgain(draft, place) ? 2 + choices.below(4) : 1 + choices.below(place.depth > 2 ? 4 : 3);
  const selections: string[] = [];
  for (let i = 0; i < count; i += 1) selections.push(selection(draft, place));
  return `{ ${selections.join(' ')} }`;
}

function selection(draft: Draft, place: Place): string {
  const { choices } = draft;
  const isUnion = isUnionType(place.type);
  if (choices.chance(isUnion || isInterfaceType(place.type) ? 45 : isAgain(draft, place) ? 30 : 12))
    return inlineFragment(draft, place);
  if (choices.chance(isUnion ? 40 : 10)) return namedFragment(draft, place);
  if (choices.chance(isUnion ? 60 : 8)) return `${alias(choices, 15)}__typename${condition(draft, place)}`;
  return isUnion ? inlineFragment(draft, place) : fieldText(draft, place);
}

function fieldText(draft: Draft, place: Place): string {
  const { type, depth } = place;
  if (isUnionType(type)) return '__typename';
  const { choices, again } = draft;
  const asked = again && isAgain(draft, place) ? again.asked : [];
  if (asked.length > 0 && choices.chance(60)) return callText(draft, { ...choices.of(asked), place });
  const fields = Object.values(type.getFields());
  const fitting = fields.filter((one) => depth > 1 || !isCompositeType(getNamedType(one.type)));
  if (fitting.length === 0) return '__typename';
  const deeper = fitting.filter((one) => isCompositeType(getNamedType(one.type)));
  const field = choices.of(deeper.length > 0 && choices.chance(35) ? deeper : fitting);
  return callText(draft, { field, call: null, place });
}

/** A field with what is selected of it; the call it is asked by is made where there is none. */
function callText(
  draft: Draft,
  { field, call: given, place }: { field: AskedField['field']; call: string | null; place: Place },
): string {
  const named = getNamedType(field.type);
  // In this order the decisions of a tape have always been read.
  const nested = isCompositeType(named)
    ? ` ${selectionSet(draft, { type: named, depth: place.depth - 1 })}`
    : '';
  const call = given ?? `${alias(draft.choices, 25)}${field.name}${argumentsText(draft, field)}`;
  if (given === null && isAgain(draft, place)) draft.again?.asked.push({ field, call });
  return `${call}${condition(draft, place)}${nested}`;
}

function alias(choices: Choices, percent: number): string {
  return choices.chance(percent) ? `${choices.of(aliases)}: ` : '';
}

function condition(draft: Draft, place: Place): string {
  const { choices } = draft;
  if (!choices.chance(isAgain(draft, place) ? 45 : 10)) return '';
  const name = choices.of(['include', 'skip']);
  const other = name === 'skip' ? 'include' : 'skip';
  const both = choices.chance(15) ? ` @${other}(if: ${conditionValue(draft)})` : '';
  return ` @${name}(if: ${conditionValue(draft)})${both}`;
}

function conditionValue(draft: Draft): string {
  const { choices } = draft;
  return choices.chance(70) ? booleanVariable(draft) : String(choices.chance(50));
}

function booleanVariable(draft: Draft): string {
  const { choices, variables } = draft;
  const known = variables.filter(({ declaration }) => declaration.includes(': Boolean'));
  if (known.length > 0 && (known.length >= maxConditions || choices.chance(60)))
    return `$${choices.of(known).name}`;
  const name = `v${variables.length}`;
  const byDefault = choices.chance(30);
  const declaration = byDefault ? `$${name}: Boolean = ${choices.chance(50)}` : `$${name}: Boolean!`;
  variables.push({
    name,
    declaration,
    value: byDefault && choices.chance(50) ? undefined : choices.chance(50),
  });
  return `$${name}`;
}

/** Types a fragment may name here: the type itself, what it may be, what it implements. */
function conditionTypes(draft: Draft, type: GraphQLCompositeType): GraphQLCompositeType[] {
  const { schema } = draft;
  if (isAbstractType(type)) {
    const interfaces = Object.values(schema.getTypeMap()).filter(isInterfaceType);
    const overlapping = interfaces.filter((other) => doTypesOverlap(schema, type, other));
    return [...schema.getPossibleTypes(type), ...schema.getPossibleTypes(type), ...overlapping, type];
  }
  return isObjectType(type) ? [type, ...type.getInterfaces()] : [type];
}

function inlineFragment(draft: Draft, place: Place): string {
  const { choices } = draft;
  const type = choices.of(conditionTypes(draft, place.type));
  const on = type === place.type && choices.chance(50) ? '' : ` on ${type.name}`;
  return `...${on}${condition(draft, place)} ${selectionSet(draft, { type, depth: place.depth > 1 && choices.chance(50) ? place.depth - 1 : place.depth })}`;
}

function namedFragment(draft: Draft, place: Place): string {
  const { choices, fragments, schema } = draft;
  const usable = fragments.filter(
    ({ type, depth, text }) =>
      text !== '' && depth <= place.depth && doTypesOverlap(schema, type, place.type),
  );
  if (usable.length > 0 && choices.chance(60))
    return `...${choices.of(usable).name}${condition(draft, place)}`;
  const type = choices.of(conditionTypes(draft, place.type));
  const fragment = { name: `F${fragments.length}`, type, depth: Math.min(place.depth, 3), text: '' };
  fragments.push(fragment);
  fragment.text = `fragment ${fragment.name} on ${type.name} ${selectionSet(draft, { type, depth: fragment.depth })}`;
  return `...${fragment.name}${condition(draft, place)}`;
}

function argumentsText(draft: Draft, field: GraphQLField<unknown, unknown>): string {
  const { choices } = draft;
  const given = field.args.filter(() => choices.chance(55));
  if (given.length === 0) return '';
  return `(${given.map(({ name, type }) => `${name}: ${argumentValue(draft, type)}`).join(', ')})`;
}

function argumentValue(draft: Draft, type: GraphQLInputType): string {
  const { choices, variables } = draft;
  if (!choices.chance(40)) return literal(draft, { type, depth: 0 });
  const name = `v${variables.length}`;
  const byDefault = choices.chance(40)
    ? ` = ${literal({ ...draft, variables: [] }, { type, depth: 3 })}`
    : '';
  variables.push({ name, declaration: `$${name}: ${type}${byDefault}`, value: undefined });
  const at = variables.length - 1;
  if (!choices.chance(30)) {
    variables[at] = {
      name,
      declaration: `$${name}: ${type}${byDefault}`,
      value: jsonValue(choices, { type, depth: 0 }),
    };
  }
  return `$${name}`;
}

interface InputPlace {
  readonly type: GraphQLInputType;
  /** From three on, no variables and no nesting. */
  readonly depth: number;
}

function literal(draft: Draft, { type, depth }: InputPlace): string {
  const { choices } = draft;
  if (isNonNullType(type)) return literal(draft, { type: type.ofType, depth });
  if (depth > 0 && depth < 3 && choices.chance(20)) return argumentValue(draft, type);
  if (choices.chance(8)) return 'null';
  if (isListType(type)) {
    const items = Array.from({ length: choices.below(3) }, () =>
      literal(draft, { type: type.ofType, depth: 3 }),
    );
    return `[${items.join(', ')}]`;
  }
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields()).filter(
      (field) => choices.chance(50) && (depth < 2 || field.name !== 'next'),
    );
    return `{ ${fields.map((field) => `${field.name}: ${literal(draft, { type: field.type, depth: Math.max(depth + 1, 1) })}`).join(', ')} }`;
  }
  if (isEnumType(type)) return choices.of(type.getValues()).name;
  if (type.name === 'Int') return String(choices.below(10) - 3);
  if (type.name === 'JSON') {
    const nested = depth < 3 && choices.chance(40) ? argumentValue(draft, type) : '"deep"';
    return choices.of(['1', '"text"', 'true', '[1, ["x"]]', `{ a: ${nested}, b: [null, { c: 1.5 }] }`, '{}']);
  }
  return choices.of(['""', '"x"', '"quote \\" and \\\\"', '"0"']);
}

function jsonValue(choices: Choices, { type, depth }: InputPlace): unknown {
  if (isNonNullType(type)) return jsonValue(choices, { type: type.ofType, depth });
  if (depth === 0 && choices.chance(10)) return null;
  if (isListType(type)) {
    return Array.from({ length: choices.below(3) }, () =>
      jsonValue(choices, { type: type.ofType, depth: 3 }),
    );
  }
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields()).filter(
      (field) => choices.chance(50) && (depth < 2 || field.name !== 'next'),
    );
    return Object.fromEntries(
      fields.map((field) => [field.name, jsonValue(choices, { type: field.type, depth: depth + 1 })]),
    );
  }
  if (isEnumType(type)) return choices.of(type.getValues()).name;
  if (type.name === 'Int') return choices.below(10) - 3;
  if (type.name === 'JSON')
    return choices.of<unknown>([0, '', false, [1, [null]], { a: { b: 'x' }, $ref: 1 }, {}]);
  return choices.of(['', 'x', '$v0', '{']);
}
