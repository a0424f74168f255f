import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { startAdmin, type TestAdmin } from './adminFixture.ts';

let admin: TestAdmin;
beforeEach(async () => {
  admin = await startAdmin({
    settings: { tokens: [{ name: 'ann', token: 'a-token-of-ann-0123', role: 'operator' }] },
  });
});
afterEach(() => admin.close());

const authorization = 'Bearer a-token-of-ann-0123';
const ask = (query: string, headers: Record<string, string> = { authorization }) =>
  admin.ask(query, {}, headers);
const create =
  'mutation { createKey(consumer: "acme", plan: "gold", scopes: ["a"], lifetimeSeconds: 3600, author: "bob") { key id consumer { name plan scopes suspended keys { id state author createdAt expiresAt } } } }';

describe('API keys by the admin API', () => {
  test('are created by whoever holds a token, and told once', async () => {
    const { status, json } = await ask(create);
    const created = json.data?.createKey as { key: string; id: string };
    expect([status, created]).toEqual([
      200,
      {
        key: expect.stringMatching(/^sluice_/),
        id: expect.any(String),
        consumer: {
          name: 'acme',
          plan: 'gold',
          scopes: ['a'],
          suspended: false,
          keys: [
            {
              id: created.id,
              state: 'ACTIVE',
              author: 'ann',
              createdAt: expect.any(String),
              expiresAt: expect.any(String),
            },
          ],
        },
      },
    ]);
    const all = '{ consumers { name keys { id } } none: consumers(name: "nobody") { name } }';
    const listed = await ask(all);
    expect(listed.json.data).toEqual({ consumers: [{ name: 'acme', keys: [{ id: created.id }] }], none: [] });
    expect(listed.text + JSON.stringify(admin.logged)).not.toContain(created.key.slice(19));
  });

  test('are suspended, resumed and revoked', async () => {
    await ask(create);
    const states = async (change: string) =>
      (await ask(`mutation { changed: ${change} { suspended keys { state } } }`)).json.data?.changed;
    expect(await states('suspendConsumer(name: "acme")')).toEqual({
      suspended: true,
      keys: [{ state: 'ACTIVE' }],
    });
    expect(await states('resumeConsumer(name: "acme")')).toEqual({
      suspended: false,
      keys: [{ state: 'ACTIVE' }],
    });
    expect(await states('revokeKeys(consumer: "acme")')).toEqual({
      suspended: false,
      keys: [{ state: 'REVOKED' }],
    });
  });

  test("are none of anybody else's business", async () => {
    for (const query of [
      create,
      '{ consumers { name } }',
      'mutation { revokeKeys(consumer: "acme") { name } }',
    ])
      expect((await ask(query, {})).status).toBe(401);
    expect((await ask('{ consumers { name } }')).json.data).toEqual({ consumers: [] });
  });

  test.each([
    ['mutation { suspendConsumer(name: "nobody") { name } }', 404, 'NOT_FOUND'],
    ['mutation { revokeKeys(consumer: "nobody", id: "x") { name } }', 404, 'NOT_FOUND'],
    ['mutation { createKey(consumer: "no name") { key } }', 400, 'BAD_USER_INPUT'],
    ['mutation { createKey(consumer: "acme", lifetimeSeconds: 0) { key } }', 400, 'BAD_USER_INPUT'],
    ['mutation { createKey(consumer: "acme", author: "a\\nb") { key } }', 200, null],
  ])('%s is a %i', async (query, status, code) => {
    const answer = await ask(query);
    expect([answer.status, answer.json.errors?.[0]?.extensions.code ?? null]).toEqual([status, code]);
  });
});
