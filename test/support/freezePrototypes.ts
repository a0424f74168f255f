/**
 * From now on an attempt to write to what all objects inherit throws; it cannot be undone. For when everything has been imported: only
 * what runs is meant. @apollo/gateway is imported here, since the reference engine loads it when it is first asked for, and whatwg-url,
 * deep in it, assigns `toString` as it loads.
 */
export async function freezePrototypes(): Promise<void> {
  await import('@apollo/gateway');
  for (const prototype of [Object.prototype, Array.prototype]) Object.freeze(prototype);
}
