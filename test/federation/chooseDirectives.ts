import {
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isIntrospectionType,
  isSpecifiedScalarType,
  isUnionType,
  parse,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import type { Choices } from './choices.ts';

/** Up to nine of the types and fields these operations ask for, each with a scope of its own, one perhaps for whoever is identified. */
export function chooseDirectives(
  schema: GraphQLSchema,
  { texts, choices }: { readonly texts: readonly string[]; readonly choices: Choices },
): ReadonlyMap<string, string> {
  const asked = [...new Set(texts.flatMap((text) => coordinatesIn(schema, text)))];
  const chosen = new Set(Array.from({ length: 2 + choices.below(8) }, () => choices.of(asked)));
  return new Map(
    [...chosen].map((coordinate, index) => [
      coordinate,
      index === 0 && choices.chance(20) ? '@authenticated' : `@requiresScopes(scopes: [["s${index}"]])`,
    ]),
  );
}

function coordinatesIn(schema: GraphQLSchema, text: string): readonly string[] {
  const found = new Set<string>();
  const info = new TypeInfo(schema);
  visit(
    parse(text),
    visitWithTypeInfo(info, {
      Field({ name }) {
        const [parent, type] = [info.getParentType(), getNamedType(info.getType())];
        if (!parent || isIntrospectionType(parent) || name.value.startsWith('__')) return;
        // An interface's field, and the same of each of its types.
        const types = isAbstractType(parent) ? schema.getPossibleTypes(parent) : [];
        for (const one of [parent, ...types]) found.add(`${one.name}.${name.value}`);
        if (type && !isSpecifiedScalarType(type) && !isUnionType(type)) found.add(type.name);
      },
    }),
  );
  return [...found];
}
