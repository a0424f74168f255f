import { isCountryCode } from '../isCountryCode.ts';
import type { Location } from '../nearbyIndex.ts';
import { pageSize } from '../pageSize.ts';
import { serve } from '../serve.ts';
import { type City, loadCities, locationOf } from './loadCities.ts';

const cities = loadCities();

serve({
  name: 'cities',
  defaultPort: 4102,
  schema: new URL('./schema.graphql', import.meta.url),
  resolvers: {
    Query: {
      cities(_, { search, first }: { search?: string | null; first?: number | null }) {
        const size = pageSize(first, 20);
        return search ? cities.search(search, size) : cities.biggest(size);
      },
      city: (_, { id }: { id: string }) => cities.byId(id),
    },
    City: {
      __resolveReference: ({ id }: { id: string }) => cities.byId(id),
      id: ({ cityId }: City) => cityId,
      population: ({ population }: City) => population || null,
      location: locationOf,
      country: ({ country }: City) => ({ code: country }),
    },
    Country: {
      __resolveReference: ({ code }: { code: string }) => (isCountryCode(code) ? { code } : null),
      cities: ({ code }: { code: string }, { first }: { first?: number | null }) =>
        cities.inCountry(code, pageSize(first, 10)),
    },
    Airport: {
      // Which airports exist is for the airports subgraph to say: the location comes from there, or there is nothing to join.
      __resolveReference: ({ iata, location }: { iata: string; location?: Location | null }) =>
        location ? { iata, location } : null,
      city: ({ location }: { location: Location }) => cities.servedBy(location),
    },
  },
});
