import { afterEach, beforeAll, expect } from '@jest/globals';
import { freezePrototypes } from './freezePrototypes.ts';

// Set up in every test file, by jest.config.js: no name that comes from outside may become a property that every object inherits.
const prototypes = [Object.prototype, Array.prototype, Function.prototype, String.prototype];
const asTheyWere = prototypes.map(propertiesOf);

afterEach(() => {
  const changed = prototypes.flatMap((prototype, index) =>
    differences(asTheyWere[index] ?? new Map(), propertiesOf(prototype)),
  );
  expect(changed).toEqual([]);
});

type Properties = ReadonlyMap<PropertyKey, PropertyDescriptor | undefined>;

function propertiesOf(prototype: object): Properties {
  const keys = Reflect.ownKeys(prototype);
  return new Map(keys.map((key) => [key, Object.getOwnPropertyDescriptor(prototype, key)]));
}

/** The names of what is new, gone or another. It runs after thousands of tests: an `expect` for each would be 15 s. */
function differences(were: Properties, are: Properties): readonly string[] {
  const isSame = (key: PropertyKey): boolean => {
    const [one, other] = [were.get(key), are.get(key)];
    return one?.value === other?.value && one?.get === other?.get && one?.set === other?.set;
  };
  return [...new Set([...were.keys(), ...are.keys()])]
    .filter((key) => were.has(key) !== are.has(key) || !isSame(key))
    .map(String);
}

// In the deep run they are frozen as well; those of worker threads by freezeThreads.mjs.
if (process.env.SLUICE_DEEP) beforeAll(freezePrototypes);
