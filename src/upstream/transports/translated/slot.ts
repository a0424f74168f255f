/** One place of the result, up to its root. */
export type Place = { readonly key: string | number; readonly above: Place } | null;
export type Data = Record<string, unknown>;

/** A place of the result, and what stands there. */
export class Slot {
  readonly key: string | number;
  readonly above: Place;
  readonly #into: Data | unknown[];

  constructor(into: Data | unknown[], key: string | number, above: Place) {
    this.#into = into;
    this.key = key;
    this.above = above;
  }

  put(value: unknown): void {
    setMember(this.#into as Data, this.key as string, value);
  }
}

/** Clients choose keys, and services names. */
export function setMember(data: Data, key: string, value: unknown): void {
  if (key === '__proto__')
    Object.defineProperty(data, key, { value, writable: true, enumerable: true, configurable: true });
  else data[key] = value;
}

export function pathOf(place: Place): readonly (string | number)[] {
  const path: (string | number)[] = [];
  for (let at = place; at; at = at.above) path.unshift(at.key);
  return path;
}
