import { type DataObject, isDataObject, ownValue } from './ownValue.ts';

/**
 * Whether entities that tell their keys, asked or not, are those of one another: what was asked at one place is answered at another, and
 * not at its own. Entities of several types may tell several keys; a key in another form than it was sent in tells nothing.
 */
export function isMisordered(
  entities: readonly unknown[],
  asked: { readonly targets: readonly DataObject[]; readonly keyNames: readonly string[] },
): boolean {
  const { targets } = asked;
  // Mostly none is told: that is seen without making anything.
  const keyNames = asked.keyNames.filter((name) =>
    entities.some((entity) => isDataObject(entity) && Object.hasOwn(entity, name)),
  );
  if (keyNames.length === 0) return false;
  const told = entities.map((entity) =>
    isDataObject(entity) ? keyNames.filter((name) => Object.hasOwn(entity, name)) : [],
  );
  const keys = new Map(told.map((names) => [names.join(' '), names]));
  return [...keys.values()].some((names) => names.length > 0 && isMisorderedBy(names, { entities, targets }));
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
