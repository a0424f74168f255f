import airportData, { type Airport as SourceAirport } from 'airport-data-js';
import { createNameIndex } from '../nameIndex.ts';
import { createNearbyIndex, type Location } from '../nearbyIndex.ts';

export interface Airport {
  readonly iata: string;
  readonly icao: string | null;
  readonly name: string;
  readonly type: 'LARGE' | 'MEDIUM' | 'SMALL' | 'SEAPLANE_BASE' | 'HELIPORT' | 'STATION';
  readonly scheduled: boolean;
  readonly elevation: number | null;
  readonly location: Location;
  readonly timeZone: string;
  readonly countryCode: string;
}

/** All airports that have an IATA code, in every list but `near` the most important first. */
export interface Airports {
  first(count: number): readonly Airport[];
  /** The one whose code is the text, then those whose name, or a word of it, begins with it. */
  search(text: string, first: number): readonly Airport[];
  byIata(iata: string): Airport | null;
  inCountry(code: string, first: number): readonly Airport[];
  /** The nearest first; no stations. */
  near(
    city: Location,
    reach: { withinKm: number; scheduledOnly: boolean; first: number },
  ): readonly Airport[];
}

export async function loadAirports(): Promise<Airports> {
  const all = (await airportData.findAirports({}))
    // The other 8,500 are airstrips that nothing but their place tells apart.
    .filter(({ iata }) => iata !== '')
    .map(airportFrom)
    .sort((a, b) => importance(b) - importance(a) || (a.iata < b.iata ? -1 : 1));
  const byIata = new Map(all.map((airport) => [airport.iata, airport]));
  const byIcao = new Map(all.map((airport) => [airport.icao, airport]));
  const byCountry = Map.groupBy(all, (airport) => airport.countryCode);
  const names = createNameIndex(all.map((airport) => airport.name));
  const nearby = createNearbyIndex(all.map((airport) => airport.location));

  return {
    first: (count) => all.slice(0, count),
    search(text, first) {
      const code = text.trim().toUpperCase();
      const byCode = byIata.get(code) ?? byIcao.get(code);
      const byName = names.find(text, first).flatMap((rank) => all[rank] ?? []);
      return byCode ? [byCode, ...byName.filter((airport) => airport !== byCode)].slice(0, first) : byName;
    },
    byIata: (iata) => byIata.get(iata) ?? null,
    inCountry: (code, first) => byCountry.get(code)?.slice(0, first) ?? [],
    near(city, { withinKm, scheduledOnly, first }) {
      const found: { airport: Airport; km: number }[] = [];
      nearby.visitWithin(city, withinKm, (rank, km) => {
        const airport = all[rank];
        if (!airport || airport.type === 'STATION' || (scheduledOnly && !airport.scheduled)) return;
        found.push({ airport, km });
      });
      return found
        .sort((a, b) => a.km - b.km)
        .slice(0, first)
        .map(({ airport }) => airport);
    },
  };
}

const typeNames: Readonly<Record<string, Airport['type']>> = {
  large_airport: 'LARGE',
  medium_airport: 'MEDIUM',
  small_airport: 'SMALL',
  seaplane_base: 'SEAPLANE_BASE',
  heliport: 'HELIPORT',
};
/** The source calls these small airports, even with scheduled flights. Air stations and sheep stations do have runways. */
const stationName = /\b(railway|rail|train|bus) (station|stn)\b|\bferry port\b/i;

function airportFrom(source: SourceAirport): Airport {
  return {
    iata: source.iata,
    icao: source.icao || null,
    name: source.airport,
    type: stationName.test(source.airport) ? 'STATION' : (typeNames[source.type] ?? 'SMALL'),
    scheduled: source.scheduled_service === 'TRUE',
    elevation: source.elevation_ft,
    location: { lat: source.latitude, lon: source.longitude },
    timeZone: source.time,
    countryCode: source.country_code,
  };
}

const sizes: Readonly<Record<Airport['type'], number>> = {
  LARGE: 6,
  MEDIUM: 4,
  SMALL: 2,
  SEAPLANE_BASE: 1,
  HELIPORT: 1,
  STATION: 0,
};

function importance({ type, scheduled }: Airport): number {
  return sizes[type] + (scheduled && type !== 'STATION' ? 3 : 0);
}
