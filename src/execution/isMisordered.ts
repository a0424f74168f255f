import { type DataObject, isDataObject, ownValue } from './ownValue.ts';

/**
 * Whether entities that tell their keys, asked or not, are those of one another: what was asked at one place is answered at another, and
 * not at its own. A key in another form than it was sent in tells nothing.
 */
export function isMisordered(
  entities: readonly unknown[],
  asked: { readonly targets: readonly DataObject[]; readonly keyNames: readonly string[] },
): boolean {
  const first = entities.find(isDataObject);
  const told = first ? asked.keyNames.filter((name) => Object.hasOwn(first, name)) : [];
  if (told.length === 0) return false;
  const keyOf = (data: DataObject): string =>
    JSON.stringify(told.map((name) => keyPart(ownValue(data, name))));
  const sent = asked.targets.map(keyOf);
  const placeOf = new Map(sent.map((key, index) => [key, index]));
  const answered = entities.map((entity) => (isDataObject(entity) ? keyOf(entity) : null));
  return answered.some((key, index) => {
    if (key === null || key === sent[index]) return false;
    const place = placeOf.get(key);
    return place !== undefined && answered[place] !== key;
  });
}

/** `1` and `"1"` are one key. */
function keyPart(value: unknown): unknown {
  return typeof value === 'number' ? String(value) : value;
}
