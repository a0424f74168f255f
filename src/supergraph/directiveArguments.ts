import { type DirectiveNode, valueFromASTUntyped } from 'graphql';

export type DirectiveArguments = Readonly<Record<string, unknown>>;

/** The arguments of a directive as plain values, enum values as texts; without those that are null, and without a prototype. */
export function directiveArguments({ arguments: given = [] }: DirectiveNode): DirectiveArguments {
  const values: Record<string, unknown> = Object.create(null);
  for (const { name, value } of given) {
    const plain = valueFromASTUntyped(value);
    if (plain !== null) values[name.value] = plain;
  }
  return values;
}

/** A text argument; empty when it is none. */
export function textArgument(directive: DirectiveNode, name: string): string {
  const value = directiveArguments(directive)[name];
  return typeof value === 'string' ? value : '';
}
