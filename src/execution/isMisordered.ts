import { type DataObject, isDataObject, ownValue } from './ownValue.ts';

/**
 * Whether entities that tell their keys, asked or not, are those of one another: what was asked at one place is answered at another, and
 * not at its own. Entities of several types may tell several keys; a key in another form than it was sent in tells nothing.
 */
export function isMisordered(
  entities: readonly unknown[],
  asked: { readonly targets: readonly DataObject[]; readonly keyNames: readonly string[] },
): boolean {
  const keys = new Map<string, readonly string[]>();
  for (const entity of entities) {
    // Most tell none.
    if (!isDataObject(entity) || !asked.keyNames.some((name) => Object.hasOwn(entity, name))) continue;
    const names = asked.keyNames.filter((name) => Object.hasOwn(entity, name));
    keys.set(names.join(' '), names);
  }
  return [...keys.values()].some((names) => isMisorderedBy(names, { entities, targets: asked.targets }));
}

/** The same for those that tell one key. */
function isMisorderedBy(
  names: readonly string[],
  { entities, targets }: { readonly entities: readonly unknown[]; readonly targets: readonly DataObject[] },
): boolean {
  const keyOf = (data: unknown): string | null =>
    isDataObject(data) && names.every((name) => Object.hasOwn(data, name))
      ? JSON.stringify(names.map((name) => keyPart(ownValue(data, name))))
      : null;
  const sent = targets.map(keyOf);
  const placeOf = new Map(sent.map((key, index) => [key, index]));
  const answered = entities.map(keyOf);
  return answered.some((key, index) => {
    // Of what was found by another key it says nothing.
    const own = sent[index] ?? null;
    if (key === null || own === null || key === own) return false;
    const place = placeOf.get(key);
    return place !== undefined && answered[place] !== key;
  });
}

/** `1` and `"1"` are one key. */
function keyPart(value: unknown): unknown {
  return typeof value === 'number' ? String(value) : value;
}
