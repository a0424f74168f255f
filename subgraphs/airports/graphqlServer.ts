import { isCountryCode } from '../isCountryCode.ts';
import type { Location } from '../nearbyIndex.ts';
import { pageSize } from '../pageSize.ts';
import { serve } from '../serve.ts';
import { type Airport, loadAirports } from './loadAirports.ts';
import { type NearbyArguments, reachOf } from './reachOf.ts';

/** The airports as a GraphQL server: for tests, and for gateways that join nothing else. */
const airports = await loadAirports();

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
        airports.near(location, reachOf(nearby)),
    },
  },
});
