import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { sessionHeader } from '../support/headerIdentity.ts';
import { type RunOptions, sluice } from '../support/sluiceProcess.ts';
import { asked, type CacheWorld, startCacheWorld } from './cacheWorld.ts';

let world: CacheWorld;
beforeAll(async () => {
  world = await startCacheWorld({
    upstream: { headers: [{ propagate: 'accept-language' }, { propagate: 'x-trail' }] },
    cache: { subgraphs: { shop: { ignoreHeaders: ['x-trail'] } } },
  });
});
beforeEach(() => world.reset());
afterAll(() => world.stop());

const product = '{ product(id: "1") { name count } }';

describe('sluice cache purge', () => {
  const purge = (...args: string[]) => sluice(['cache', 'purge', ...args, '--admin', world.gateway.adminUrl]);
  test('throws away what it is told to', async () => {
    const { gateway, stock } = world;
    await gateway.query(product);
    const { status, stdout } = await purge('--type', 'Product', '--key', '{"id":"2"}');
    expect([status, stdout]).toEqual([0, 'Thrown away.\n']);
    expect(await asked(stock, () => gateway.query(product))).toBe(0);
    await purge('--type', 'Product', '--key', '{"id":"1"}');
    expect(await asked(stock, () => gateway.query(product))).toBe(1);
  });
  test.each([
    ['nothing', [], /Say what to throw away/],
    ['a key without its type', ['--key', '{"id":"1"}'], /A key goes with the type/],
    ['a key that is none', ['--type', 'Product', '--key', '1'], /The key is not a JSON object/],
    ['a tag and a type', ['--tag', 'a', '--type', 'Product'], /A tag goes with a subgraph/],
  ])('%s is refused', async (_what, args, message) => {
    const { status, stderr } = await purge(...args);
    expect(status).toBe(1);
    expect(stderr).toMatch(message);
  });
});

describe('sluice cache explain', () => {
  const session = sessionHeader({ subject: 'ann', scopes: ['sluice:debug'] })['x-session'] as string;
  const explain = (options: RunOptions, ...args: string[]) =>
    sluice(['cache', 'explain', '-', '--endpoint', world.gateway.endpoint, ...args], options);
  const asAnn = ['--header', `x-session: ${session}`, '--header', 'x-trail: secret-value'];

  test('tells of each fetch whether it was a hit, why not, what the key is made of and how old it is', async () => {
    const query =
      'query ($id: ID!) { product(id: $id) { name count } uncached other: product(id: "written-value") { name } }';
    const variables = ['--variables', '{"id":"1"}'];
    const first = await explain({ input: query }, ...asAnn, ...variables);
    expect(first.stderr).toBe('');
    expect(first.stdout).toMatch(/^1 +shop +Query +passed +0 of 1/m);
    expect(first.stdout).toMatch(/^2 +stock +Product +miss +0 of 1 +public/m);
    expect(first.stdout).toContain('not kept: Query.uncached has no maxAge');
    const { stdout, status } = await explain({ input: query }, ...asAnn, ...variables);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^2 +stock +Product +hit +1 of 1 +public +\d+ s +\d+ s$/m);
    expect(stdout).toContain('the representation: __typename, id');
    expect(stdout).toContain('cache-control: no-store');
    expect(stdout).not.toContain('secret-value');
    expect(stdout).not.toContain('written-value');
  });

  test('as JSON; of a whole result it says so', async () => {
    await explain({ input: product }, ...asAnn);
    const { stdout } = await explain({ input: product }, ...asAnn, '--json');
    expect(JSON.parse(stdout)).toMatchObject([
      {
        subgraph: 'shop',
        answered: 'hit',
        ofResult: true,
        key: { ignored: ['x-trail'], headers: expect.arrayContaining(['x-trail']), session: false },
      },
      { subgraph: 'stock', answered: 'hit', hits: 1, misses: 0, reason: null },
    ]);
  });

  test('who does not hold the debug scope is told what is missing', async () => {
    const { status, stderr } = await explain({ input: product });
    expect(status).toBe(1);
    expect(stderr).toMatch(/has to hold the scope of request.debugScope/);
  });

  test.each([
    ['variables that are no JSON', ['--variables', '{'], /--variables is/],
    ['a header that is none', ['--header', 'nothing'], /--header is/],
    ['an endpoint that is none', ['--endpoint', 'nowhere'], /--endpoint is/],
  ])('%s', async (_what, args, message) => {
    const { status, stderr } = await explain({ input: product }, ...args);
    expect(status).toBe(2);
    expect(stderr).toMatch(message);
  });
});
