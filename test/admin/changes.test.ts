import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sdlOf, startAdmin, type TestAdmin } from './adminFixture.ts';

const url = 'http://127.0.0.1:4999/graphql';
const publish = `mutation ($subgraphs: [SubgraphInput!]!, $base: Int, $allowBreaking: Boolean, $idempotencyKey: String, $author: String) {
  publish(subgraphs: $subgraphs, base: $base, allowBreaking: $allowBreaking, idempotencyKey: $idempotencyKey, author: $author) {
    version changed report { errors { code } changes { severity kind coordinate message } comparedWith }
  }
}`;
const countries = {
  name: 'countries',
  url,
  sdl: sdlOf('type Query { country: Country }\ntype Country { name: String }'),
};

let admin: TestAdmin;
beforeAll(async () => {
  admin = await startAdmin();
});
afterAll(() => admin.close());

describe('changing the registry over the admin API', () => {
  test('before anything is published there is nothing to see, and that is no error', async () => {
    const { status, json } = await admin.ask(
      '{ status { ready version hash origin registry } supergraph { sdl } subgraphs { name } history { version } }',
    );
    expect(status).toBe(200);
    expect(json).toEqual({
      data: {
        status: { ready: false, version: null, hash: null, origin: null, registry: true },
        supergraph: null,
        subgraphs: [],
        history: [],
      },
    });
  });

  test('a plan needs a supergraph', async () => {
    const { status, json } = await admin.ask('{ plan(operation: "{ country { name } }") { text } }');
    expect([status, json.errors?.[0]?.extensions.code]).toEqual([404, 'NOT_FOUND']);
  });

  test('a publish is in force at once, with its author', async () => {
    const { status, json } = await admin.ask(publish, { subgraphs: [countries], author: 'ann' });
    expect(status).toBe(200);
    expect(json).toEqual({
      data: {
        publish: { version: 1, changed: true, report: { errors: [], changes: [], comparedWith: null } },
      },
    });

    const { json: seen } = await admin.ask(
      `{ status { ready version origin } subgraphs { name version url source author publishedAt sdl }
         supergraph { version sdl subgraphs { name } } history { version kind changed rolledBackTo author at }
         plan(operation: "{ country { name } }") { text plan } }`,
    );
    const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(seen).toEqual({
      data: {
        status: { ready: true, version: 1, origin: 'STORE' },
        subgraphs: [{ ...countries, version: 1, source: 'publish', author: 'ann', publishedAt: time }],
        supergraph: {
          version: 1,
          sdl: expect.stringContaining('join__Graph'),
          subgraphs: [{ name: 'countries' }],
        },
        history: [
          {
            version: 1,
            kind: 'PUBLISH',
            changed: ['countries'],
            rolledBackTo: null,
            author: 'ann',
            at: time,
          },
        ],
        plan: {
          text: expect.stringContaining('Fetch(service: "countries")'),
          plan: expect.objectContaining({ kind: 'QueryPlan' }),
        },
      },
    });
  });

  test('what does not compose is a 422 that says where, and changes nothing', async () => {
    const broken = { name: 'cities', url, sdl: sdlOf('type Query {\n  city: Cty\n}') };
    const { status, json } = await admin.ask(publish, { subgraphs: [broken] });
    expect(status).toBe(422);
    expect(json).toEqual({
      errors: [
        {
          message: expect.stringContaining('do not compose'),
          path: ['publish'],
          extensions: {
            code: 'COMPOSITION_FAILED',
            requestId: expect.any(String),
            errors: [
              expect.objectContaining({
                code: 'INVALID_GRAPHQL',
                places: [{ subgraph: 'cities', line: 3, column: 9 }],
              }),
            ],
          },
        },
      ],
    });
    expect((await admin.ask('{ status { version } }')).json.data).toEqual({ status: { version: 1 } });
  });

  test('check says the same without refusing, also for what would break clients', async () => {
    const query = `query ($subgraph: SubgraphInput!) {
      check(subgraph: $subgraph) { errors { code places { line } } changes { severity coordinate } comparedWith } }`;
    const { json: broken } = await admin.ask(query, {
      subgraph: { name: 'cities', sdl: sdlOf('type Query {\n  city: Cty\n}') },
    });
    expect(broken.data?.check).toMatchObject({
      errors: [{ code: 'INVALID_GRAPHQL', places: [{ line: 3 }] }],
    });
    const { json: breaking } = await admin.ask(query, {
      subgraph: {
        name: 'countries',
        sdl: sdlOf('type Query { country: Country }\ntype Country { nom: String }'),
      },
    });
    expect(breaking.data?.check).toEqual({
      errors: [],
      changes: expect.arrayContaining([{ severity: 'BREAKING', coordinate: 'Country.name' }]),
      comparedWith: 1,
    });
  });

  test('a breaking publish is refused with what would break, unless it says that it may', async () => {
    const breaking = {
      ...countries,
      sdl: sdlOf('type Query { country: Country }\ntype Country { nom: String }'),
    };
    const refused = await admin.ask(publish, { subgraphs: [breaking] });
    expect(refused.status).toBe(422);
    expect(refused.json.errors?.[0]?.extensions).toMatchObject({
      code: 'COMPOSITION_FAILED',
      changes: [{ severity: 'BREAKING', coordinate: 'Country.name' }],
    });
    const allowed = await admin.ask(publish, { subgraphs: [breaking], allowBreaking: true });
    expect(allowed.json.data?.publish).toMatchObject({ version: 2, changed: true });
  });

  test('a base that somebody else has changed is a 409', async () => {
    const { status, json } = await admin.ask(publish, {
      subgraphs: [countries],
      base: 1,
      allowBreaking: true,
    });
    expect(status).toBe(409);
    expect(json.errors?.[0]?.extensions).toMatchObject({
      code: 'CONFLICT',
      subgraph: 'countries',
      version: 2,
    });
  });

  test('rollback and unpublish make new versions; an idempotency key makes them once', async () => {
    const rollback = 'mutation { rollback(version: 1, idempotencyKey: "k1") { version changed } }';
    expect((await admin.ask(rollback)).json.data).toEqual({ rollback: { version: 3, changed: true } });
    expect((await admin.ask(rollback)).json.data).toMatchObject({ rollback: { version: 3 } });
    const { json } = await admin.ask('{ history(first: 1) { version kind rolledBackTo author } }');
    expect(json.data?.history).toEqual([{ version: 3, kind: 'ROLLBACK', rolledBackTo: 1, author: 'admin' }]);
    const older = await admin.ask(
      '{ history(first: 1, before: 3) { version } supergraph(version: 2) { version } }',
    );
    expect(older.json.data).toEqual({ history: [{ version: 2 }], supergraph: { version: 2 } });
  });

  test.each([
    ['a version that never was', 'mutation { rollback(version: 99) { version } }', 404, 'NOT_FOUND'],
    ['a subgraph that is not there', 'mutation { unpublish(name: "nobody") { version } }', 404, 'NOT_FOUND'],
    ['no subgraph at all', 'mutation { publish(subgraphs: []) { version } }', 400, 'BAD_USER_INPUT'],
    [
      'a new subgraph without a URL',
      'mutation { publish(subgraphs: [{ name: "new", sdl: "type Query { a: Int }" }]) { version } }',
      400,
      'BAD_USER_INPUT',
    ],
    ['a page that is too large', '{ history(first: 100000) { version } }', 400, 'BAD_USER_INPUT'],
    [
      'an author with control characters',
      'mutation { unpublish(name: "countries", author: "a\\nb") { version } }',
      400,
      'BAD_USER_INPUT',
    ],
  ])('%s is refused', async (_what, query, status, code) => {
    const answer = await admin.ask(query);
    expect([answer.status, answer.json.errors?.[0]?.extensions.code]).toEqual([status, code]);
    expect(answer.json.data).toBeUndefined();
  });

  test('one root field that is refused leaves the others their answers', async () => {
    const { status, json } = await admin.ask('{ status { version } supergraph(version: 99) { sdl } }');
    expect(status).toBe(200);
    expect(json).toEqual({
      data: { status: { version: 3 }, supergraph: null },
      errors: [
        expect.objectContaining({
          path: ['supergraph'],
          extensions: expect.objectContaining({ code: 'NOT_FOUND' }),
        }),
      ],
    });
  });
});
