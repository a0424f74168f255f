import { badInput } from '../badInput.ts';
import { isCountryCode } from '../isCountryCode.ts';
import type { Location } from '../nearbyIndex.ts';
import { pageSize } from '../pageSize.ts';
import { serve } from '../serve.ts';
import { type Airport, loadAirports } from './loadAirports.ts';

interface NearbyArguments {
  readonly first?: number | null;
  readonly withinKm?: number | null;
  readonly scheduledOnly?: boolean | null;
}

const airports = await loadAirports();

function reach({ first, withinKm, scheduledOnly }: NearbyArguments) {
  const radiusKm = withinKm ?? 60;
  if (radiusKm < 1 || radiusKm > 500) throw badInput(`withinKm is ${radiusKm}; it may be 1 to 500.`);
  return { first: pageSize(first, 3), withinKm: radiusKm, scheduledOnly: scheduledOnly ?? true };
}

serve({
  name: 'airports',
  defaultPort: 4103,
  schema: new URL('./schema.graphql', import.meta.url),
  resolvers: {
    Query: {
      airports(_, { search, first }: { search?: string | null; first?: number | null }) {
        const size = pageSize(first, 20);
        return search ? airports.search(search, size) : airports.first(size);
      },
      airport: (_, { iata }: { iata: string }) => airports.byIata(iata.toUpperCase()),
    },
    Airport: {
      __resolveReference: ({ iata }: { iata: string }) => airports.byIata(iata),
      country: ({ countryCode }: Airport) => ({ code: countryCode }),
    },
    Country: {
      __resolveReference: ({ code }: { code: string }) => (isCountryCode(code) ? { code } : null),
      airports: ({ code }: { code: string }, { first }: { first?: number | null }) =>
        airports.inCountry(code, pageSize(first, 20)),
    },
    City: {
      // Which cities exist is for the cities subgraph to say: the location comes from there, or there is nothing to join.
      __resolveReference: ({ id, location }: { id: string; location?: Location | null }) =>
        location ? { id, location } : null,
      airports: ({ location }: { location: Location }, nearby: NearbyArguments) =>
        airports.near(location, reach(nearby)),
    },
  },
});
