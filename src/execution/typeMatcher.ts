import { type GraphQLSchema, isAbstractType, isInterfaceType, isObjectType } from 'graphql';

/** Whether an object whose `__typename` is this one meets a type condition; types hidden from clients included. */
export type TypeMatcher = (typename: string, condition: string) => boolean;

export function createTypeMatcher(supergraphSchema: GraphQLSchema): TypeMatcher {
  return (typename, condition) => {
    if (typename === condition) return true;
    const [type, abstract] = [supergraphSchema.getType(typename), supergraphSchema.getType(condition)];
    if (!isAbstractType(abstract)) return false;
    return (isObjectType(type) || isInterfaceType(type)) && supergraphSchema.isSubType(abstract, type);
  };
}
