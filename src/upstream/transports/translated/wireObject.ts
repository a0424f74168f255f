/** An object as a service sent it, under the service's names. */
export type WireObject = Readonly<Record<string, unknown>>;

export function isWireObject(value: unknown): value is WireObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A member of its own: names come from outside, and must not meet those that every object inherits. */
export function ownMember(object: WireObject, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/** The value at the end of a way; undefined where the way leads nowhere. */
export function memberAt(value: unknown, way: readonly string[]): unknown {
  let at = value;
  for (const step of way) {
    if (!isWireObject(at)) return undefined;
    at = ownMember(at, step);
  }
  return at;
}
