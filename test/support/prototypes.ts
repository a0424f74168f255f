import { afterEach, beforeAll, expect } from '@jest/globals';

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

// The deep run has them frozen as well: an attempt to write there throws. Only what runs is meant, so everything is imported before;
// @apollo/gateway too, which the reference engine loads when it is first asked for: whatwg-url, deep in it, sets `toString` as it loads.
if (process.env.SLUICE_DEEP) {
  beforeAll(async () => {
    await import('@apollo/gateway');
    for (const prototype of [Object.prototype, Array.prototype]) Object.freeze(prototype);
  });
}
