import {
  type ConstDirectiveNode,
  type FieldDefinitionNode,
  type InputValueDefinitionNode,
  Kind,
  type NamedTypeNode,
  type NameNode,
  type StringValueNode,
  type TypeNode,
} from 'graphql';

/** Builders of the syntax nodes that imports are made of. */
export const build = { name, named, list, text, directive, field, input, description };

export interface FieldParts {
  readonly name: string;
  readonly type: TypeNode;
  readonly description?: string | null | undefined;
  readonly arguments?: readonly InputValueDefinitionNode[];
  readonly directives?: readonly ConstDirectiveNode[];
}

function name(value: string): NameNode {
  return { kind: Kind.NAME, value };
}

function named(value: string): NamedTypeNode {
  return { kind: Kind.NAMED_TYPE, name: name(value) };
}

/** `[T!]`: services have no holes in their lists. */
function list(type: TypeNode): TypeNode {
  const item = type.kind === Kind.NON_NULL_TYPE ? type : ({ kind: Kind.NON_NULL_TYPE, type } as const);
  return { kind: Kind.LIST_TYPE, type: item };
}

function text(value: string): StringValueNode {
  return { kind: Kind.STRING, value, block: value.includes('\n') };
}

function directive(
  called: string,
  given: Readonly<Record<string, string | number | undefined>>,
): ConstDirectiveNode {
  return {
    kind: Kind.DIRECTIVE,
    name: name(called),
    arguments: Object.entries(given).flatMap(([argument, value]) =>
      value === undefined
        ? []
        : [
            {
              kind: Kind.ARGUMENT,
              name: name(argument),
              value: typeof value === 'number' ? { kind: Kind.INT, value: String(value) } : text(value),
            } as const,
          ],
    ),
  };
}

function field(parts: FieldParts): FieldDefinitionNode {
  return {
    kind: Kind.FIELD_DEFINITION,
    name: name(parts.name),
    type: parts.type,
    ...description(parts.description),
    arguments: parts.arguments ?? [],
    directives: parts.directives ?? [],
  };
}

function input(parts: Omit<FieldParts, 'arguments'>): InputValueDefinitionNode {
  return {
    kind: Kind.INPUT_VALUE_DEFINITION,
    name: name(parts.name),
    type: parts.type,
    ...description(parts.description),
    directives: parts.directives ?? [],
  };
}

/** Longer ones are cut: a schema is read by people. */
const maxDescription = 2000;

function description(written: string | null | undefined): { description?: StringValueNode } {
  const trimmed = written?.trim().slice(0, maxDescription) ?? '';
  return trimmed === '' ? {} : { description: text(trimmed) };
}
