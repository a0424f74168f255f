import { randomUUID } from 'node:crypto';
import { badInput } from '../badInput.ts';
import type { TripDetails } from './tripDetails.ts';

export interface Trip extends TripDetails {
  readonly id: string;
}

/** Trips in memory, the latest first in every list. */
export interface TripStore {
  latest(first: number): readonly Trip[];
  inCountry(code: string, first: number): readonly Trip[];
  inCity(id: string, first: number): readonly Trip[];
  byId(id: string): Trip | null;
  /** Throws BAD_USER_INPUT when the store is full. */
  create(details: TripDetails): Trip;
  replace(trip: Trip): void;
  delete(id: string): boolean;
}

/** Some 100 MB if all notes were long: an example that is left running under load must not fill the machine. */
const maxTrips = 20_000;

export function createTripStore(): TripStore {
  const byId = new Map<string, Trip>();
  const idsByCountry = new Map<string, Set<string>>();
  const idsByCity = new Map<string, Set<string>>();

  const link = (trip: Trip): void => {
    byId.set(trip.id, trip);
    addTo(idsByCountry, trip.countryCode, trip.id);
    if (trip.cityId !== null) addTo(idsByCity, trip.cityId, trip.id);
  };
  const unlinkJoins = (trip: Trip): void => {
    removeFrom(idsByCountry, trip.countryCode, trip.id);
    if (trip.cityId !== null) removeFrom(idsByCity, trip.cityId, trip.id);
  };
  const tripsOf = (ids: Iterable<string>, first: number): Trip[] =>
    Array.from(ids)
      .reverse()
      .slice(0, first)
      .flatMap((id) => byId.get(id) ?? []);

  return {
    latest: (first) => tripsOf(byId.keys(), first),
    inCountry: (code, first) => tripsOf(idsByCountry.get(code) ?? [], first),
    inCity: (id, first) => tripsOf(idsByCity.get(id) ?? [], first),
    byId: (id) => byId.get(id) ?? null,
    create(details) {
      if (byId.size >= maxTrips)
        throw badInput(`There are ${maxTrips} trips, and no room for more: delete some.`);
      const trip = { id: randomUUID(), ...details };
      link(trip);
      return trip;
    },
    replace(trip) {
      const before = byId.get(trip.id);
      if (before) unlinkJoins(before);
      link(trip);
    },
    delete(id) {
      const trip = byId.get(id);
      if (!trip) return false;
      unlinkJoins(trip);
      return byId.delete(id);
    },
  };
}

function addTo(sets: Map<string, Set<string>>, key: string, id: string): void {
  const ids = sets.get(key);
  if (ids) ids.add(id);
  else sets.set(key, new Set([id]));
}

function removeFrom(sets: Map<string, Set<string>>, key: string, id: string): void {
  const ids = sets.get(key);
  ids?.delete(id);
  if (ids?.size === 0) sets.delete(key);
}
