import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createShiftedClock } from '../support/shiftedClock.ts';
import { type Folder, sluice, temporaryFolder } from '../support/sluiceProcess.ts';
import { startSubgraph, type TestSubgraph } from '../support/startSubgraph.ts';
import { startTestGateway, type TestGateway } from '../support/startTestGateway.ts';

const query = 'query Offer { product { name count } }';

let shop: TestSubgraph;
let stock: TestSubgraph;
let gateway: TestGateway;
let folder: Folder;
beforeAll(async () => {
  shop = await startSubgraph('shop', {
    sdl: 'type Query { product: Product } type Product @key(fields: "id") { id: ID! name: String }',
    resolvers: { Query: { product: () => ({ __typename: 'Product', id: '1', name: 'Lamp' }) } },
  });
  stock = await startSubgraph('stock', {
    sdl: 'type Product @key(fields: "id") { id: ID! count: Int }',
    resolvers: { Product: { count: () => 7 } },
  });
  const clock = createShiftedClock();
  [gateway, folder] = await Promise.all([
    startTestGateway({
      clock,
      subgraphs: [shop, stock],
      settings: {
        cache: { audit: 0, maxStale: '10m', subgraphs: { shop: { maxAge: '60s' } } },
        upstream: {
          retry: { max: 2 },
          breaker: { mode: 'off' },
          fallback: [{ field: 'Product.count', value: 0 }],
        },
      },
    }),
    temporaryFolder(),
  ]);
  await asked({ name: 'Lamp', count: 7 });
  // Kept by now; the stock answers when it is asked again.
  stock.intercept((response) => {
    stock.intercept(null);
    response.writeHead(503).end();
  });
  await asked({ name: 'Lamp', count: 7 });
  // What is kept has outlived its time, and neither answers, however often: the one is late, the other replaced.
  clock.pass(61_000);
  for (const each of [shop, stock]) each.intercept((response) => void response.writeHead(503).end());
  await asked({ name: 'Lamp', count: 0 });
});
afterAll(async () => {
  await gateway.stop();
  await Promise.all([shop.stop(), stock.stop(), folder.remove()]);
});

async function asked(product: object): Promise<void> {
  const { body } = await gateway.query(query);
  expect(body.data).toEqual({ product });
}

const run = async (args: string[]) =>
  (await sluice(['usage', ...args, '--admin', gateway.adminUrl], { cwd: folder.path })).stdout;

interface Told {
  readonly now: object;
  readonly subgraphs: readonly { readonly name: string; readonly now: object }[];
  readonly series: { readonly points: readonly { readonly totals: Readonly<Record<string, number>> }[] };
}

/** A minute passes: it may be in two hours. */
function sumOf({ points }: Told['series']): object {
  const sum = (name: string) => points.reduce((total, { totals }) => total + (totals[name] ?? 0), 0);
  return Object.fromEntries(
    ['calls', 'cacheHits', 'cacheStale', 'cacheMisses', 'retries', 'replaced'].map((name) => [
      name,
      sum(name),
    ]),
  );
}

describe('sluice usage of an operation that was kept, tried again and replaced', () => {
  test('tells machines how often, for the operation and for each of its subgraphs', async () => {
    const { now, subgraphs, series } = JSON.parse(await run(['Offer', '--json'])) as Told;
    const all = { calls: 3, cacheHits: 2, cacheStale: 1, cacheMisses: 4, retries: 5, replaced: 1 };
    expect(now).toMatchObject(all);
    expect(sumOf(series)).toEqual(all);
    expect(Object.fromEntries(subgraphs.map(({ name, now: told }) => [name, told]))).toMatchObject({
      shop: { calls: 2, errors: 1, retries: 2, replaced: 0 },
      stock: { calls: 3, errors: 1, retries: 3, replaced: 1 },
    });
    const one = JSON.parse(await run(['--subgraph', 'stock', '--json'])) as { operations: Told[] } & Told;
    for (const each of [one, one.operations[0]])
      expect(each?.now).toMatchObject({ calls: 3, errors: 1, retries: 3, replaced: 1 });
  });

  test('tells people the same', async () => {
    const operation = await run(['Offer']);
    expect(operation).toMatch(
      /^3 calls .*, 5 retries, 1 replaced by a fallback; .*; 2 of 6 answered from the cache, 1 of them after their time\.$/m,
    );
    const heading = 'CALLS +CHANGE +ERRORS +RETRIES +REPLACED +P50 +P95 +P99';
    expect(operation).toMatch(
      new RegExp(
        `^SUBGRAPH +${heading}\nstock +3 +new +33\\.3 % +3 +1 .*\nshop +2 +new +50\\.0 % +2 +- `,
        'm',
      ),
    );
    expect(await run(['--subgraph', 'stock'])).toMatch(
      new RegExp(
        `^stock\n\n3 calls .*, 3 retries, 1 replaced by a fallback; [^;]*\\.\n\nOPERATION +ID +${heading}\nOffer +\\S+ +3 +new +33\\.3 % +3 +1 `,
      ),
    );
  });
});
