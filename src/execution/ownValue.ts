/**
 * Response names come from clients and may be names that every object inherits (`constructor`, `__proto__`). Those are read and
 * written as own properties only; for all others plain access is the same and faster, so code compiled for a name asks once.
 */
export function isInheritedName(name: string): boolean {
  return inheritedNames.has(name);
}

const inheritedNames: ReadonlySet<string> = new Set(Object.getOwnPropertyNames(Object.prototype));

export type DataObject = Record<string, unknown>;

/** The value under a response name, undefined when there is none of its own. */
export function ownValue(data: DataObject, name: string): unknown {
  return isInheritedName(name) && !Object.hasOwn(data, name) ? undefined : data[name];
}

export function setOwnValue(data: DataObject, name: string, value: unknown): void {
  if (isInheritedName(name)) {
    Object.defineProperty(data, name, { value, writable: true, enumerable: true, configurable: true });
  } else {
    data[name] = value;
  }
}

export function isDataObject(value: unknown): value is DataObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
