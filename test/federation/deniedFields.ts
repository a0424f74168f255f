import { type GraphQLSchema, getNamedType, isAbstractType, isObjectType } from 'graphql';
import { type FederatedModel, findField, type RequiredField } from './federatedModel.ts';

/**
 * The fields that are denied when these coordinates of types and fields are, told without any code of the gateway: by the
 * coordinate of the field and its type, of its interfaces, of what it returns, and of all that is needed for it.
 */
export function deniedFields(
  model: FederatedModel,
  { schema, denied }: { readonly schema: GraphQLSchema; readonly denied: ReadonlySet<string> },
): (type: string, field: string) => boolean {
  /** The type and its interfaces, as far as they are denied. */
  function reasonsOf(name: string): readonly string[] {
    const type = schema.getType(name);
    const names = [name, ...(isObjectType(type) ? type.getInterfaces().map((one) => one.name) : [])];
    return names.filter((one) => denied.has(one));
  }

  function isReturnDenied(name: string): boolean {
    const type = schema.getType(name);
    if (!isAbstractType(type)) return reasonsOf(name).length > 0;
    const [first = [], ...others] = schema.getPossibleTypes(type).map((one) => reasonsOf(one.name));
    return first.some((reason) => others.every((reasons) => reasons.includes(reason)));
  }

  /** The type that a field gives; clients need not see the field, since others may require it. */
  function returnedBy(type: string, field: string): string | null {
    const seen = schema.getType(type);
    const shown = isObjectType(seen) ? seen.getFields()[field] : undefined;
    if (shown) return getNamedType(shown.type).name;
    return findField(model, { type, field })?.field.type.replace(/[[\]!]/g, '') ?? null;
  }

  function isOwnDenied(typeName: string, fieldName: string): boolean {
    const type = schema.getType(typeName);
    const returned = returnedBy(typeName, fieldName);
    if (!isObjectType(type) || returned === null) return false;
    const holders = [typeName, ...type.getInterfaces().map(({ name }) => name)];
    return (
      reasonsOf(typeName).length > 0 ||
      holders.some((holder) => denied.has(`${holder}.${fieldName}`)) ||
      isReturnDenied(returned)
    );
  }

  function isDenied(type: string, field: string): boolean {
    return (
      isOwnDenied(type, field) || isAnyDenied(type, findField(model, { type, field })?.field.requires ?? [])
    );
  }

  function isAnyDenied(type: string, needed: readonly RequiredField[]): boolean {
    return needed.some(({ name, fields, on }) => {
      // Of one type among several it is required by the name of that type.
      const holder = on ?? type;
      if (isDenied(holder, name)) return true;
      const below = returnedBy(holder, name);
      return below !== null && fields !== undefined && isAnyDenied(below, fields);
    });
  }

  return isDenied;
}
