import { isCountryCode } from '../isCountryCode.ts';
import type { Location } from '../nearbyIndex.ts';
import { pageSize } from '../pageSize.ts';
import { serveGrpc } from '../serveGrpc.ts';
import { type Airport, loadAirports } from './loadAirports.ts';
import { reachOf } from './reachOf.ts';

const airports = await loadAirports();
/** Made once for each airport: they do not change. */
const messages = new WeakMap<Airport, object>();

function messageOf(airport: Airport): object {
  const known = messages.get(airport);
  if (known) return known;
  const { timeZone, countryCode, type, icao, elevation, ...same } = airport;
  const message = {
    ...same,
    type: `AIRPORT_TYPE_${type}`,
    time_zone: timeZone,
    country_code: countryCode,
    ...(icao === null ? {} : { icao }),
    ...(elevation === null ? {} : { elevation }),
  };
  messages.set(airport, message);
  return message;
}

function listOf(found: readonly Airport[]): { readonly airports: readonly object[] } {
  return { airports: found.map(messageOf) };
}

interface NearbyRequest {
  readonly places: readonly Location[];
  readonly first: number;
  readonly within_km: number;
  readonly scheduled_only: boolean;
}

await serveGrpc({
  name: 'airports',
  defaultPort: 4103,
  proto: new URL('./airports.proto', import.meta.url),
  service: 'atlas.airports.v1.Airports',
  methods: {
    SearchAirports({ search, first }: { search?: string; first: number }) {
      const size = pageSize(first, 20);
      return listOf(search ? airports.search(search, size) : airports.first(size));
    },
    GetAirport({ iata }: { iata: string }) {
      const airport = airports.byIata(iata.toUpperCase());
      return airport && messageOf(airport);
    },
    BatchGetAirports: ({ iata }: { iata: readonly string[] }) =>
      listOf(iata.flatMap((code) => airports.byIata(code) ?? [])),
    ListAirportsOfCountries: ({ codes, first }: { codes: readonly string[]; first: number }) => ({
      countries: codes
        .filter(isCountryCode)
        .map((code) => ({ code, ...listOf(airports.inCountry(code, pageSize(first, 20))) })),
    }),
    BatchNearbyAirports({
      places,
      first,
      within_km: withinKm,
      scheduled_only: scheduledOnly,
    }: NearbyRequest) {
      const reach = reachOf({ first, withinKm, scheduledOnly });
      return { places: places.map((place) => listOf(airports.near(place, reach))) };
    },
  },
});
