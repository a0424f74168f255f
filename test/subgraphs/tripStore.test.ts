import { describe, expect, test } from '@jest/globals';
import type { TripDetails } from '../../subgraphs/trips/tripDetails.ts';
import { createTripStore } from '../../subgraphs/trips/tripStore.ts';

const alps: TripDetails = {
  title: 'Alps',
  countryCode: 'CH',
  cityId: '2657896',
  startsOn: '2028-02-01',
  endsOn: '2028-02-10',
  notes: null,
};

describe('createTripStore', () => {
  test('lists trips of all, of a country and of a city, the latest first', () => {
    const store = createTripStore();
    const [first, second] = [store.create(alps), store.create({ ...alps, cityId: null })];
    const third = store.create({ ...alps, countryCode: 'FR' });
    expect(store.latest(10)).toEqual([third, second, first]);
    expect(store.latest(1)).toEqual([third]);
    expect(store.inCountry('CH', 10)).toEqual([second, first]);
    expect(store.inCity('2657896', 10)).toEqual([third, first]);
  });

  test('moves a trip to its new country and city when it is replaced', () => {
    const store = createTripStore();
    const moved = { ...store.create(alps), countryCode: 'IT', cityId: null };
    store.replace(moved);
    expect(store.byId(moved.id)).toEqual(moved);
    expect(store.inCountry('CH', 10)).toEqual([]);
    expect(store.inCountry('IT', 10)).toEqual([moved]);
    expect(store.inCity('2657896', 10)).toEqual([]);
  });

  test('forgets a deleted trip everywhere, and says whether there was one', () => {
    const store = createTripStore();
    const { id } = store.create(alps);
    expect(store.delete(id)).toBe(true);
    expect(store.delete(id)).toBe(false);
    expect(store.byId(id)).toBeNull();
    expect([...store.latest(10), ...store.inCountry('CH', 10), ...store.inCity('2657896', 10)]).toEqual([]);
  });

  test('refuses trips when it is full, until one is deleted', () => {
    const store = createTripStore();
    const ids = Array.from({ length: 20_000 }, () => store.create(alps).id);
    expect(() => store.create(alps)).toThrow('There are 20000 trips, and no room for more');
    store.delete(ids[0] ?? '');
    expect(store.create(alps).title).toBe('Alps');
  });
});
