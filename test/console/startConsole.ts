import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { askAdmin } from '../support/adminClient.ts';
import {
  type RunningSubgraph,
  startExampleSubgraph,
  subgraphNames,
} from '../support/startExampleSubgraph.ts';
import { startTestGateway, type TestGateway } from '../support/startTestGateway.ts';

/** The example supergraph behind a gateway, with consumers, keys and a second version: what a console has to show. */
export interface ConsoleFixture {
  readonly gateway: TestGateway;
  readonly subgraphs: ReadonlyMap<string, RunningSubgraph>;
  /** API keys by consumer. */
  readonly keys: ReadonlyMap<string, string>;
  /** Asks so many operations of those that people ask. */
  traffic(count: number): Promise<void>;
  /** Has a subgraph fail from now on. */
  loseSubgraph(name: string): Promise<void>;
  stop(): Promise<void>;
}

const root = fileURLToPath(new URL('../..', import.meta.url));

export const schemaOf = (name: string): string =>
  readFileSync(`${root}/subgraphs/${name}/schema.graphql`, 'utf8');

const settings = {
  explain: { sample: 0.2, slow: '200ms' },
  billing: {
    currency: 'EUR',
    plans: {
      gold: {
        fee: 4900,
        included: 1000,
        price: { amount: 5, per: 100 },
        quota: { per: 'month', cost: 50_000 },
      },
      free: { quota: { per: 'day', requests: 100_000 } },
    },
  },
  limits: {
    perAddress: { rate: '2000/s', burst: 4000 },
    operation: { depth: 20, aliases: { max: 4, mode: 'log' }, cost: 50_000 },
  },
};

export async function startConsole(
  more: { readonly settings?: Record<string, unknown>; readonly folder?: string } = {},
): Promise<ConsoleFixture> {
  const started = await Promise.all(
    subgraphNames.map(async (name) => [name, await startExampleSubgraph(name)] as const),
  );
  const subgraphs = new Map<string, RunningSubgraph>(started);
  const listed = started.map(([name, { url }]) => ({ name, url, sdl: schemaOf(name) }));
  const gateway = await startTestGateway({
    subgraphs: listed,
    settings: { ...settings, ...more.settings },
    ...(more.folder !== undefined && { folder: more.folder }),
  });
  const keys = new Map<string, string>();
  let sent = 0;
  return {
    gateway,
    subgraphs,
    keys,
    async traffic(count) {
      await sendTraffic(gateway, { keys, from: sent, count });
      sent += count;
    },
    async loseSubgraph(name) {
      await subgraphs.get(name)?.end('SIGKILL');
      subgraphs.delete(name);
    },
    async stop() {
      await gateway.stop();
      await Promise.all([...subgraphs.values()].map((each) => each.end('SIGKILL')));
    },
  };
}

/** Consumers with keys. */
export async function createConsumers({ gateway, keys }: ConsoleFixture): Promise<void> {
  for (const [consumer, plan] of [
    ['acme', 'gold'],
    ['globex', 'free'],
    ['initech', 'gold'],
  ] as const) {
    const creating = `mutation ($consumer: String!, $plan: String) {
      createKey(consumer: $consumer, plan: $plan, scopes: ["trips:read", "trips:write"], author: "ann") { key }
    }`;
    const { createKey } = await askAdmin<{ createKey: { key: string } }>(gateway, creating, {
      consumer,
      plan,
    });
    (keys as Map<string, string>).set(consumer, createKey.key);
  }
}

export const clients = [
  ['web', '3.14.0', null],
  ['web', '3.13.2', null],
  ['ios', '8.2.1', 'acme'],
  ['android', '8.1.0', 'acme'],
  ['partner-feed', '1.0.3', 'globex'],
  ['reports', '2026.4', 'initech'],
] as const;

const countries = [
  'CH',
  'FR',
  'JP',
  'DE',
  'BR',
  'US',
  'IN',
  'KE',
  'NZ',
  'PE',
  'SE',
  'TR',
  'VN',
  'ZA',
  'MX',
  'LK',
];

export const operations: readonly (readonly [query: string, variables: readonly object[]])[] = [
  [
    'query CountryPage($code: ID!, $first: Int) { country(code: $code) { name currency { code name } cities(first: $first) { name population airports { iata name } } } }',
    countries.flatMap((code) => [2, 3, 4, 5, 6, 7, 8].map((first) => ({ code, first }))),
  ],
  [
    'query CitySearch($text: String) { cities(search: $text, first: 8) { name population country { name } } }',
    countries.flatMap((code) =>
      ['a', 'e', 'i', 'o', 'u'].map((vowel) => ({ text: `${code.slice(0, 1)}${vowel}` })),
    ),
  ],
  [
    'query AirportBoard($iata: ID!) { airport(iata: $iata) { name type elevation city { name population } country { name } } }',
    ['ZRH', 'CDG', 'NRT', 'JFK', 'GRU'].map((iata) => ({ iata })),
  ],
  ['query CurrencyList { currencies(first: 40) { code name } }', [{}]],
  ['query MyTrips { trips(first: 5) { title startsOn country { name } city { name } } }', [{}]],
  [
    'mutation PlanTrip($title: String!) { createTrip(input: { title: $title, countryCode: "CH", startsOn: "2027-06-01", endsOn: "2027-06-14" }) { id title } }',
    [{ title: 'Over the Alps' }, { title: 'By the lakes' }],
  ],
  [
    'query Compare { a: country(code: "CH") { name } b: country(code: "FR") { name } c: country(code: "DE") { name } d: country(code: "IT") { name } e: country(code: "AT") { name } }',
    [{}],
  ],
  ['query OldApp { country(code: "CH") { nickname } }', [{}]],
];

/** How often each is asked, of 20. */
const shares = [0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 3, 3, 4, 4, 5, 6, 7];
const atOnce = 4;

async function sendTraffic(
  gateway: TestGateway,
  { keys, from, count }: { keys: ReadonlyMap<string, string>; from: number; count: number },
): Promise<void> {
  const send = async (at: number): Promise<void> => {
    const [query = '', variables = []] = operations[shares[(at * 7) % shares.length] ?? 0] ?? [];
    // Trips are for who shows something.
    const wantsKey = query.includes('rip');
    const [name, version, consumer] = clients[wantsKey ? 2 : (at * 5) % clients.length] ?? ['web', '1', null];
    const key = consumer === null ? undefined : keys.get(consumer);
    await gateway.query(query, {
      variables: variables[at % variables.length] ?? {},
      headers: {
        'apollographql-client-name': name,
        'apollographql-client-version': version,
        ...(key !== undefined && { 'x-api-key': key }),
      },
    });
  };
  for (let at = from; at < from + count; at += atOnce)
    await Promise.all(
      Array.from({ length: Math.min(atOnce, from + count - at) }, (_, each) => send(at + each)),
    );
}
