import { describe, expect, test } from '@jest/globals';
import { createNearbyIndex, type Location } from '../../subgraphs/nearbyIndex.ts';

function within(
  places: readonly Location[],
  centre: Location,
  withinKm: number,
): [position: number, km: number][] {
  const found: [number, number][] = [];
  createNearbyIndex(places).visitWithin(centre, withinKm, (position, km) =>
    found.push([position, Math.round(km)]),
  );
  return found.sort(([a], [b]) => a - b);
}

const zurich = { lat: 47.3667, lon: 8.55 };
const geneva = { lat: 46.2022, lon: 6.1457 };
const basel = { lat: 47.5584, lon: 7.5733 };

describe('createNearbyIndex', () => {
  test('finds the places within the distance and says how far they are', () => {
    expect(within([geneva, zurich, basel], zurich, 100)).toEqual([
      [1, 0],
      [2, 76],
    ]);
  });

  test('reaches across the date line', () => {
    expect(within([{ lat: 0, lon: -179.9 }], { lat: 0, lon: 179.9 }, 50)).toEqual([[0, 22]]);
  });

  test('reaches across the poles', () => {
    expect(within([{ lat: 89.9, lon: 0 }], { lat: 89.9, lon: 180 }, 50)).toEqual([[0, 22]]);
  });

  test('finds nothing among no places', () => {
    expect(within([], zurich, 500)).toEqual([]);
  });
});
