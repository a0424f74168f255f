import { GraphQLError } from 'graphql';
import { isCityId } from '../isCityId.ts';
import { isCountryCode } from '../isCountryCode.ts';
import { pageSize } from '../pageSize.ts';
import { serve } from '../serve.ts';
import { type TripInput, tripDetails } from './tripDetails.ts';
import { createTripStore, type Trip } from './tripStore.ts';

const trips = createTripStore();
const defaultPageSize = 100;

serve({
  name: 'trips',
  defaultPort: 4105,
  schema: new URL('./schema.graphql', import.meta.url),
  resolvers: {
    Query: {
      trips(_, { countryCode, first }: { countryCode?: string | null; first?: number | null }) {
        const size = pageSize(first, defaultPageSize);
        return countryCode ? trips.inCountry(countryCode.toUpperCase(), size) : trips.latest(size);
      },
      trip: (_, { id }: { id: string }) => trips.byId(id),
    },
    Mutation: {
      createTrip: (_, { input }: { input: TripInput }) => trips.create(tripDetails(input, null)),
      updateTrip(_, { id, input }: { id: string; input: TripInput }) {
        const before = trips.byId(id);
        if (!before)
          throw new GraphQLError('There is no trip with this id.', { extensions: { code: 'NOT_FOUND' } });
        const after = { id, ...tripDetails(input, before) };
        trips.replace(after);
        return after;
      },
      deleteTrip: (_, { id }: { id: string }) => trips.delete(id),
    },
    Trip: {
      __resolveReference: ({ id }: { id: string }) => trips.byId(id),
      country: ({ countryCode }: Trip) => ({ code: countryCode }),
      city: ({ cityId }: Trip) => (cityId === null ? null : { id: cityId }),
    },
    Country: {
      __resolveReference: ({ code }: { code: string }) => (isCountryCode(code) ? { code } : null),
      trips: ({ code }: { code: string }, { first }: { first?: number | null }) =>
        trips.inCountry(code, pageSize(first, defaultPageSize)),
    },
    City: {
      __resolveReference: ({ id }: { id: string }) => (isCityId(id) ? { id } : null),
      trips: ({ id }: { id: string }, { first }: { first?: number | null }) =>
        trips.inCity(id, pageSize(first, defaultPageSize)),
    },
  },
});
