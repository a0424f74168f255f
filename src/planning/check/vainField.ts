import type { HeldObject } from './heldObject.ts';

/** A field that nobody needs of an object of this type and that could spoil an answer; null when there is none. */
export function vainField(object: HeldObject): string | null {
  for (const { field, isUsed, isRisky, objects } of object.fields.values()) {
    if (!isUsed && isRisky) return `${object.type}.${field} is asked in vain`;
    if (!isUsed) continue;
    for (const below of objects?.values() ?? []) {
      const vain = vainField(below);
      if (vain !== null) return vain;
    }
  }
  return null;
}
