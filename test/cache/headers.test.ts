import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { askAdmin, eventually } from '../support/adminClient.ts';
import { sessionHeader } from '../support/headerIdentity.ts';
import { answering, asked, type CacheWorld, startCacheWorld } from './cacheWorld.ts';

let world: CacheWorld;
beforeAll(async () => {
  world = await startCacheWorld({
    upstream: {
      headers: [
        { propagate: 'accept-language' },
        { propagate: 'x-g-*' },
        { rename: { from: 'x-from', to: 'x-to' } },
        { claim: { 'x-user': 'sub' } },
        { propagate: 'x-trail' },
      ],
    },
    cache: { subgraphs: { shop: { ignoreHeaders: ['X-Trail'] } } },
  });
});
beforeEach(() => world.reset());
afterAll(() => world.stop());

const ask = '{ language }';

describe('V28: every header that is sent is part of the key', () => {
  test.each([
    ['by its name', { 'accept-language': 'de' }],
    ['by a glob', { 'x-g-a': '1' }],
    ['under another name', { 'x-from': '1' }],
    ['of a claim', sessionHeader({ subject: 'ann', claims: { sub: 'ann' } })],
  ])('%s', async (_what, headers) => {
    const { gateway, shop } = world;
    await gateway.query(ask);
    expect(await asked(shop, () => gateway.query(ask, { headers }))).toBe(1);
    expect(await asked(shop, () => gateway.query(ask, { headers }))).toBe(0);
    expect(await asked(shop, () => gateway.query(ask))).toBe(0);
  });
  test('what is not sent is not', async () => {
    const { gateway, shop } = world;
    await gateway.query(ask);
    expect(await asked(shop, () => gateway.query(ask, { headers: { cookie: 'a=b' } }))).toBe(0);
  });
});

describe('a header that is ignored', () => {
  test('is not part of the key of what is public', async () => {
    const { gateway, shop } = world;
    await gateway.query(ask, { headers: { 'x-trail': '1' } });
    expect(await asked(shop, () => gateway.query(ask, { headers: { 'x-trail': '2' } }))).toBe(0);
  });
  test('is part of the key of what is private', async () => {
    const { gateway, shop } = world;
    const ann = sessionHeader({ subject: 'ann', claims: { sub: 'ann' } });
    const mine = '{ me { secret } }';
    await gateway.query(mine, { headers: { ...ann, 'x-trail': '1' } });
    expect(await asked(shop, () => gateway.query(mine, { headers: { ...ann, 'x-trail': '2' } }))).toBe(1);
  });
  test('that the response varies by keeps it from being kept', async () => {
    const { gateway, shop } = world;
    shop.intercept(answering({ data: { language: 'x' } }, { vary: 'X-Trail' }));
    await gateway.query(ask);
    expect(await asked(shop, () => gateway.query(ask))).toBe(1);
  });
});

describe('a publish', () => {
  const publish = (sdl: string) =>
    askAdmin(
      world.gateway,
      'mutation ($subgraphs: [SubgraphInput!]!) { publish(subgraphs: $subgraphs, allowBreaking: true) { version } }',
      { subgraphs: [{ name: 'shop', url: world.shop.url, sdl }] },
    );
  /** Until the gateway knows the field; its subgraph never does. */
  const known = (query: string) =>
    eventually(async () => {
      const { errors = [] } = (await world.gateway.query(query)).body;
      return errors[0]?.extensions.code === 'GRAPHQL_VALIDATION_FAILED' ? null : true;
    });
  test('keeps what it does not change; V34: what becomes private is not answered from before', async () => {
    const { gateway, shop } = world;
    await gateway.query(ask);
    await gateway.query('{ products { name } }');
    const changed = shop.sdl.replace(
      'language: String @cacheControl(maxAge: 60)',
      'language: String @cacheControl(maxAge: 60, scope: PRIVATE) added: Int',
    );
    expect(changed).not.toBe(shop.sdl);
    await publish(changed);
    await known('{ added }');
    shop.received.length = 0;
    await gateway.query('{ products { name } }');
    expect(shop.received).toHaveLength(0);
    const { headers } = await gateway.query(ask);
    expect(shop.received).toHaveLength(1);
    expect(headers.get('cache-control')).toBe('no-store');
    await publish(shop.sdl);
  });
});
