import { Kind, type ValueNode, valueFromASTUntyped } from 'graphql';

/** What a name stands for: an argument, or what the parent has; undefined for nothing. */
export type Scope = (name: string) => unknown;

/** A template with its names put in; members that stand for nothing are left out. */
export function fillTemplate(node: ValueNode, scope: Scope): unknown {
  switch (node.kind) {
    case Kind.VARIABLE:
      return scope(node.name.value);
    case Kind.LIST:
      return node.values.map((value) => fillTemplate(value, scope));
    case Kind.OBJECT: {
      const made: Record<string, unknown> = Object.create(null);
      for (const { name, value } of node.fields) {
        const filled = fillTemplate(value, scope);
        if (filled !== undefined && filled !== null) made[name.value] = filled;
      }
      return made;
    }
    default:
      return valueFromASTUntyped(node);
  }
}
