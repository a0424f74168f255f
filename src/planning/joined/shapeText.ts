import { Kind, type TypeNode } from 'graphql';

/** The same for types that fields of one name may have (GraphQL specification, section 5.3.2, SameResponseShape). */
export function shapeText(type: TypeNode, isComposite: boolean): string {
  if (type.kind === Kind.NAMED_TYPE) return isComposite ? '{}' : type.name.value;
  const inner = shapeText(type.type, isComposite);
  return type.kind === Kind.LIST_TYPE ? `[${inner}]` : `${inner}!`;
}
