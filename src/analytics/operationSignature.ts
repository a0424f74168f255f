import {
  type ArgumentNode,
  type ConstDirectiveNode,
  type DirectiveNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  type TypeNode,
  type ValueNode,
  type VariableDefinitionNode,
} from 'graphql';
import { sha256 } from '../base/sha256.ts';

/** What all documents have in common that ask the same with other literals, in another order or in other words around it. */
export interface OperationSignature {
  /** The first 32 hex digits of the text's SHA-256. */
  readonly hash: string;
  /** The operation and the fragments it uses, sorted; numbers are 0 and texts empty, so that nothing of a caller is in it. It fits the same schemas. */
  readonly text: string;
}

const hashLength = 32;

/** Linear in the document, so it may be made of any that was let in; once for each, not for each request. */
export function operationSignature(
  document: DocumentNode,
  operation: OperationDefinitionNode,
): OperationSignature {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  const used = new Set<string>();
  const parts = [operationText(operation, used)];
  // A fragment may add others while it is written: a Set goes on with what is added to it.
  const texts = new Map<string, string>();
  for (const name of used) {
    const fragment = fragments.get(name);
    if (fragment) texts.set(name, fragmentText(fragment, used));
  }
  for (const name of [...texts.keys()].sort()) parts.push(texts.get(name) ?? '');
  const text = parts.join('');
  return { hash: sha256(text).slice(0, hashLength), text };
}

function operationText(operation: OperationDefinitionNode, used: Set<string>): string {
  const { name, variableDefinitions = [] } = operation;
  const variables = variableDefinitions.map(variableText).sort();
  const head = `${operation.operation}${name ? ` ${name.value}` : ''}${variables.length > 0 ? `(${variables.join(',')})` : ''}`;
  return `${head}${directivesText(operation.directives)}${selectionsText(operation.selectionSet, used)}`;
}

function fragmentText(fragment: FragmentDefinitionNode, used: Set<string>): string {
  const head = `fragment ${fragment.name.value} on ${fragment.typeCondition.name.value}`;
  return `${head}${directivesText(fragment.directives)}${selectionsText(fragment.selectionSet, used)}`;
}

function variableText({ variable, type, defaultValue, directives }: VariableDefinitionNode): string {
  const given = defaultValue ? `=${valueText(defaultValue)}` : '';
  return `$${variable.name.value}:${typeText(type)}${given}${directivesText(directives)}`;
}

function typeText(type: TypeNode): string {
  if (type.kind === Kind.NON_NULL_TYPE) return `${typeText(type.type)}!`;
  return type.kind === Kind.LIST_TYPE ? `[${typeText(type.type)}]` : type.name.value;
}

function selectionsText({ selections }: SelectionSetNode, used: Set<string>): string {
  const texts = new Set(selections.map((selection) => selectionText(selection, used)));
  return `{${[...texts].sort().join(' ')}}`;
}

function selectionText(selection: SelectionNode, used: Set<string>): string {
  const directives = directivesText(selection.directives);
  switch (selection.kind) {
    case Kind.FIELD: {
      const { alias, name, selectionSet } = selection;
      const called = alias && alias.value !== name.value ? `${alias.value}:${name.value}` : name.value;
      const below = selectionSet ? selectionsText(selectionSet, used) : '';
      return `${called}${argumentsText(selection.arguments)}${directives}${below}`;
    }
    case Kind.FRAGMENT_SPREAD:
      used.add(selection.name.value);
      return `...${selection.name.value}${directives}`;
    case Kind.INLINE_FRAGMENT: {
      const { typeCondition, selectionSet } = selection;
      const on = typeCondition ? ` on ${typeCondition.name.value}` : '';
      return `...${on}${directives}${selectionsText(selectionSet, used)}`;
    }
  }
}

function argumentsText(given: readonly ArgumentNode[] = []): string {
  if (given.length === 0) return '';
  const texts = given.map(({ name, value }) => `${name.value}:${valueText(value)}`);
  return `(${texts.sort().join(',')})`;
}

/** In their order, which has a meaning. */
function directivesText(directives: readonly (DirectiveNode | ConstDirectiveNode)[] = []): string {
  return directives
    .map((directive) => `@${directive.name.value}${argumentsText(directive.arguments)}`)
    .join('');
}

/** Without what somebody typed, and of a type the value had. */
function valueText(value: ValueNode): string {
  switch (value.kind) {
    case Kind.INT:
    case Kind.FLOAT:
      return '0';
    case Kind.STRING:
      return '""';
    case Kind.BOOLEAN:
      return String(value.value);
    case Kind.ENUM:
      return value.value;
    case Kind.NULL:
      return 'null';
    case Kind.VARIABLE:
      return `$${value.name.value}`;
    case Kind.LIST:
      return `[${[...new Set(value.values.map(valueText))].sort().join(',')}]`;
    case Kind.OBJECT: {
      const fields = value.fields.map((field) => `${field.name.value}:${valueText(field.value)}`);
      return `{${fields.sort().join(',')}}`;
    }
  }
}
