import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type RestGateway, type Shop, startRestGateway, startShop } from './restFixture.ts';

let shop: Shop;
let gateway: RestGateway;

beforeAll(async () => {
  shop = await startShop();
  gateway = await startRestGateway(shop);
});
afterAll(async () => {
  await gateway.stop();
  await shop.stop();
});

describe('a route', () => {
  test('answers what the operation answers', async () => {
    const { status, headers, body } = await gateway.rest('/items/a');
    expect([status, body]).toEqual([200, { sku: 'a', name: 'Apple', count: 7 }]);
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
    const asGraphQL = await gateway.query('{ item(sku: "a") { sku name count } }');
    expect(asGraphQL.body.data).toEqual({ item: body });
  });
});
