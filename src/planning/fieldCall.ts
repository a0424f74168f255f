import { type ArgumentNode, type FieldNode, Kind, print, visit } from 'graphql';
import { conditionOf } from './askedOperation.ts';

/** A field without alias, conditions and selection: what is called, with what. */
export function fieldCall({ name, arguments: given = [], directives = [] }: FieldNode): FieldNode {
  return {
    kind: Kind.FIELD,
    name,
    arguments: given,
    directives: directives.filter((directive) => conditionOf(directive) === undefined),
  };
}

/** The same text for the same field with the same arguments, in whatever order. */
export function callText({ name, arguments: given = [] }: FieldNode): string {
  const sorted = [...given].sort(byName).map((argument) =>
    visit(argument, {
      [Kind.OBJECT]: (object) => ({ ...object, fields: [...object.fields].sort(byName) }),
    }),
  );
  return `${name.value}(${sorted.map((argument: ArgumentNode) => print(argument)).join(', ')})`;
}

function byName(a: { name: { value: string } }, b: { name: { value: string } }): number {
  return a.name.value < b.name.value ? -1 : 1;
}
