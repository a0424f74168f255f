import { valueFromASTUntyped } from 'graphql';
import type { Translation, TypeShape } from '../../../model/translation.ts';
import { type Data, setMember } from './slot.ts';
import { isWireObject, ownMember } from './wireObject.ts';

/** A value of the schema in the service's words: names of enum values and of members are exchanged. */
export function toWire(shape: TypeShape, value: unknown, translation: Translation): unknown {
  if (value === null || value === undefined) return null;
  if (shape.lists > 0) {
    const item = { name: shape.name, lists: shape.lists - 1 };
    return Array.isArray(value)
      ? value.map((each) => toWire(item, each, translation))
      : [toWire(item, value, translation)];
  }
  const type = translation.types.get(shape.name);
  if (!type || type.kind === 'scalar') return value;
  if (type.kind === 'enum') return type.toWire.get(String(value)) ?? value;
  const made: Data = {};
  if (!isWireObject(value)) return made;
  if (type.kind === 'object') {
    for (const name of Object.keys(value)) {
      const field = type.fields.get(name);
      if (field) setMember(made, field.wire, toWire(field.type, value[name], translation));
    }
    return made;
  }
  for (const [name, field] of type.fields) {
    const own = ownMember(value, name);
    const member =
      own === undefined && 'default' in field && field.default ? valueFromASTUntyped(field.default) : own;
    if (member !== undefined) setMember(made, field.wire, toWire(field.type, member, translation));
  }
  return made;
}
