import { afterEach, beforeAll, expect } from '@jest/globals';
import { freezePrototypes } from './freezePrototypes.ts';

// Set up in every test file, by jest.config.js: no name that comes from outside may become a property that every object inherits.
const prototypes = [Object.prototype, Array.prototype, Function.prototype, String.prototype];
const asTheyWere = prototypes.map((prototype) => Object.getOwnPropertyDescriptors(prototype));

afterEach(() => {
  for (const [index, prototype] of prototypes.entries()) {
    const were = asTheyWere[index] ?? {};
    const are: Record<string, PropertyDescriptor> = Object.getOwnPropertyDescriptors(prototype);
    expect(Reflect.ownKeys(are)).toEqual(Reflect.ownKeys(were));
    for (const key of Object.keys(are)) expect(are[key]?.value).toBe(Object(were)[key]?.value);
  }
});

// In the deep run they are frozen as well; those of worker threads by freezeThreads.mjs.
if (process.env.SLUICE_DEEP) beforeAll(freezePrototypes);
