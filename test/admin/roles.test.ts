import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { adminOptions } from '../../src/admin/admin.ts';
import { type Answer, dataOf, startAdmin, type TestAdmin } from './adminFixture.ts';

const tokenOf = (name: string) => `a-token-of-${name}-0123456789`;
const holder = (name: string, role: string, more: object = {}) => ({
  name,
  role,
  token: tokenOf(name),
  ...more,
});
const tokens = [
  holder('olga', 'operator'),
  holder('paul', 'publisher'),
  holder('citi', 'publisher', { subgraphs: ['cities', 'airports'] }),
  holder('vera', 'viewer'),
];

let admin: TestAdmin;
beforeAll(async () => {
  admin = await startAdmin({ settings: { tokens } });
});
afterAll(() => admin.close());

const as = (name: string, query: string): Promise<Answer> =>
  admin.ask(query, {}, { authorization: `Bearer ${tokenOf(name)}` });
const codeOf = ({ json }: Answer) => json.errors?.[0]?.extensions.code ?? null;
const publish = (...names: string[]) =>
  `mutation { publish(subgraphs: [${names
    .map((name) => `{ name: "${name}", url: "http://127.0.0.1:1", sdl: "type Query { ${name}: Int }" }`)
    .join(', ')}]) { version } }`;

interface Mutation {
  readonly name: string;
  readonly type: { kind: string };
  readonly args: readonly { name: string; type: { kind: string; ofType: { name: string | null } | null } }[];
}

/** Every mutation there is, with something for each argument that it wants. */
async function mutations(): Promise<readonly { name: string; query: string }[]> {
  const values: Record<string, string> = { String: '"x"', Int: '1', Float: '1', LogLevel: 'DEBUG' };
  const answer = await as(
    'vera',
    '{ __schema { mutationType { fields { name type { kind } args { name type { kind ofType { name } } } } } } }',
  );
  const { __schema: schema } = dataOf<{ __schema: { mutationType: { fields: readonly Mutation[] } } }>(
    answer,
  );
  return schema.mutationType.fields.map(({ name, type: returned, args }) => {
    const wanted = args.filter(({ type }) => type.kind === 'NON_NULL');
    const given = wanted.map(
      (arg) => `${arg.name}: ${values[arg.type.ofType?.name ?? ''] ?? '[{ name: "x" }]'}`,
    );
    const selection = returned.kind === 'OBJECT' ? '{ __typename }' : '';
    const list = given.length > 0 ? `(${given.join(', ')})` : '';
    return { name, query: `mutation { ${name}${list} ${selection} }` };
  });
}

describe('roles', () => {
  test('every mutation wants more than a viewer, as docs/reference/admin.md has it', async () => {
    const page = await readFile(new URL('../../docs/reference/admin.md', import.meta.url), 'utf8');
    const rows = [...page.matchAll(/^\| `(\w+)` \| (publisher|operator) \|/gm)];
    const told = rows.map(([, name = '', role]) => [name, role] as const);
    const asked = await mutations();
    expect(told.map(([name]) => name).sort()).toEqual(asked.map(({ name }) => name).sort());
    for (const [name, role] of told) {
      const { query = '' } = asked.find((each) => each.name === name) ?? {};
      const answer = await as('vera', query);
      expect([name, answer.status, codeOf(answer), answer.json.errors?.[0]?.extensions.role]).toEqual([
        name,
        403,
        'FORBIDDEN',
        role,
      ]);
      const publisher = await as('paul', query);
      expect([name, codeOf(publisher) === 'FORBIDDEN']).toEqual([name, role === 'operator']);
      expect([name, codeOf(await as('olga', query)) === 'FORBIDDEN']).toEqual([name, false]);
    }
  });

  test('a viewer reads, and is told by name what is not for it', async () => {
    expect(
      (await as('vera', '{ status { ready } history { version } subgraphs { name } consumers { name } }'))
        .json.errors,
    ).toBeUndefined();
    const { status, json } = await as('vera', publish('trips'));
    expect([status, json.errors?.[0]]).toEqual([
      403,
      {
        message: 'publish needs a token with the role publisher; vera has the role viewer.',
        path: ['publish'],
        extensions: { code: 'FORBIDDEN', role: 'publisher', requestId: expect.any(String) },
      },
    ]);
    const check = '{ check(subgraph: { name: "a", url: "http://127.0.0.1:1" }) { errors { code } } }';
    expect(codeOf(await as('vera', check))).toBe('FORBIDDEN');
    for (const name of ['vera', 'paul', 'citi'])
      expect(codeOf(await as(name, '{ audit { id } }'))).toBe('FORBIDDEN');
  });

  test('what is not for a token under one alias takes nothing from its neighbours', async () => {
    const { status, json } = await as('vera', '{ status { ready } audit { id } }');
    expect([status, json.data, codeOf(await as('vera', '{ audit { id } }'))]).toEqual([
      200,
      { status: { ready: expect.any(Boolean) }, audit: null },
      'FORBIDDEN',
    ]);
  });

  test('a publisher of some subgraphs changes those, under whatever other name they travel', async () => {
    expect((await as('paul', publish('trips'))).status).toBe(200);
    expect((await as('citi', publish('cities'))).json.errors).toBeUndefined();
    expect((await as('citi', publish('cities', 'airports'))).json.errors).toBeUndefined();
    for (const query of [
      publish('trips'),
      publish('cities', 'trips'),
      'mutation { unpublish(name: "trips") { version } }',
      'mutation { rollback(version: 1) { version } }',
      'mutation { a: publish(subgraphs: [{ name: "Cities", url: "http://127.0.0.1:1", sdl: "type Query { c: Int }" }]) { version } }',
      '{ check(subgraph: { name: "trips", sdl: "type Query { a: Int }" }) { errors { code } } }',
    ])
      expect([query, codeOf(await as('citi', query))]).toEqual([query, 'FORBIDDEN']);
    const { json } = await as('citi', 'mutation { rollback(version: 1) { version } }');
    expect(json.errors?.[0]?.message).toBe(
      'rollback is not for the token of citi: it is about all of them, and the token is for the subgraphs cities, airports.',
    );
    expect((await as('citi', 'mutation { unpublish(name: "airports") { version } }')).status).toBe(200);
    expect((await as('vera', '{ subgraphs { name } }')).json.data).toEqual({
      subgraphs: [{ name: 'cities' }, { name: 'trips' }],
    });
  });

  test('everybody may ask whose token they have', async () => {
    expect((await as('citi', '{ caller { name role subgraphs } }')).json.data).toEqual({
      caller: { name: 'citi', role: 'publisher', subgraphs: ['cities', 'airports'] },
    });
  });
});

describe('admin.tokens', () => {
  const faultsOf = (given: object[]) =>
    adminOptions.safeParse({ tokens: given }).error?.issues.map(({ path }) => path.join('.'));

  test('are for reading unless they say more', () => {
    const { tokens: parsed } = adminOptions.parse({ tokens: [{ name: 'ann', token: tokenOf('ann') }] });
    expect(parsed).toMatchObject([{ role: 'viewer' }]);
  });

  test.each([
    ['an unknown role', holder('ann', 'owner'), 'tokens.0.role'],
    ['subgraphs of a viewer', holder('ann', 'viewer', { subgraphs: ['a'] }), 'tokens.0.subgraphs'],
    ['subgraphs of an operator', holder('ann', 'operator', { subgraphs: ['a'] }), 'tokens.0.subgraphs'],
    ['a publisher of nothing', holder('ann', 'publisher', { subgraphs: [] }), 'tokens.0.subgraphs'],
    ['a name that would break a line', holder('a\nb', 'viewer', { token: tokenOf('x') }), 'tokens.0.name'],
  ])('refuse %s', (_what, token, path) => {
    expect(faultsOf([token])).toEqual([path]);
  });

  test('may have a name twice, to rotate, but no token twice', () => {
    const one = holder('ann', 'viewer');
    expect(faultsOf([one, { ...one, token: tokenOf('next') }])).toBeUndefined();
    expect(faultsOf([one, { ...one, name: 'bob' }])).toEqual(['tokens.1.token']);
  });
});
