import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { getIntrospectionQuery } from 'graphql';
import {
  type Folder,
  freePort,
  type Running,
  startSluice,
  temporaryFolder,
} from '../support/sluiceProcess.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
let folder: Folder;
let example: Running;
let endpoint = '';

/** The example's supergraph.yaml, with its limits and all, on free ports and with a store of its own. */
beforeAll(async () => {
  folder = await temporaryFolder();
  let text = await readFile(`${root}supergraph.yaml`, 'utf8');
  for (const port of new Set(text.match(/(?<=127\.0\.0\.1:)41\d\d/g)))
    text = text.replaceAll(`127.0.0.1:${port}`, `127.0.0.1:${await freePort()}`);
  const port = await freePort();
  const here = text.replaceAll(
    /(?<=(?:file|proto|openapi|mapping|path): |node )(subgraphs\/|operations\b)/g,
    `${root}$1`,
  );
  await folder.write('supergraph.yaml', `server: { port: ${port} }\nadmin: { port: 0 }\n${here}`);
  endpoint = `http://127.0.0.1:${port}/graphql`;
  example = startSluice(['dev'], { cwd: folder.path, env: { PORT: String(port) } });
  await example.says('Sluice is ready.');
  await example.says('And who you are, with a trip to join:\n  curl');
});
afterAll(async () => {
  example.child.kill('SIGINT');
  await example.ended;
  await folder.remove();
});

async function ask(query: string, token: string | null = null): Promise<unknown> {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      connection: 'close',
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ query }),
  });
  return await response.json();
}

/** What is printed to be tried, in order. */
function printed(): readonly { readonly query: string; readonly token: string | null }[] {
  return [...example.stdout().matchAll(/^ {2}curl .*?(?:Bearer ([\w.-]+)')? -d '(.*)'$/gm)].map(
    ([, token = null, body = '']) => ({ query: (JSON.parse(body) as { query: string }).query, token }),
  );
}

const swiss = {
  country: {
    name: 'Switzerland',
    currency: { code: 'CHF', name: 'Swiss Franc' },
    cities: [{ name: 'Zürich' }, { name: 'Genève' }, { name: 'Basel' }],
  },
};

describe('the example, under all its limits', () => {
  test('answers the first query of the README, which it also prints, from four subgraphs', async () => {
    const readme = await readFile(`${root}README.md`, 'utf8');
    const [, body = ''] = /-d '(\{"query":\n.*?\})'\n/s.exec(readme) ?? [];
    const { query } = JSON.parse(body) as { query: string };
    expect(printed()[0]).toEqual({ query, token: null });
    expect(await ask(query)).toMatchObject({ data: swiss });
  });

  test('makes a trip for who shows the token, and shows it to nobody else', async () => {
    const second = printed()[1];
    expect(second?.token).toMatch(/^eyJ/);
    const { query = '', token = null } = second ?? {};
    const place = { city: { name: 'Zürich' }, country: { name: 'Switzerland', currency: { code: 'CHF' } } };
    expect(await ask(query, token)).toMatchObject({ data: { createTrip: place } });
    const refused = { extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE' } };
    expect(await ask(query)).toMatchObject({ data: { createTrip: null }, errors: [refused] });
    const trips = '{ trips { title } country(code: "CH") { name trips { title } } }';
    const title = 'Over the Alps';
    expect(await ask(trips, token)).toEqual({
      data: { trips: [{ title }], country: { name: 'Switzerland', trips: [{ title }] } },
    });
    expect(await ask(trips)).toMatchObject({
      data: { trips: null, country: { name: 'Switzerland', trips: null } },
      errors: [refused, refused],
    });
  });

  test('answers routes over REST: the same data as the operation has, within the same rules, told as OpenAPI', async () => {
    const rest = async (path: string, token: string | null = null, more: RequestInit = {}) => {
      const headers = token === null ? {} : { authorization: `Bearer ${token}` };
      const type = { 'content-type': 'application/json', connection: 'close' };
      const url = new URL(`/rest${path}`, endpoint);
      const response = await fetch(url, { ...more, headers: { ...type, ...headers } });
      return { status: response.status, body: (await response.json()) as Record<string, unknown> };
    };
    const operation =
      '{ country(code: "CH") { code name capital continent currency { code name } languages { code name } cities(first: 3) { id name population } } }';
    const { data } = (await ask(operation)) as { data: { country: object } };
    expect(await rest('/countries/CH')).toEqual({ status: 200, body: data.country });
    expect((await rest('/countries/XX')).status).toBe(404);
    expect((await rest('/countries?continent=OC&first=2')).body).toMatchObject({
      countries: [{ name: 'American Samoa' }, { name: 'Australia' }],
    });
    const token = printed()[1]?.token ?? null;
    const trip = { title: 'By train', countryCode: 'CH', startsOn: '2027-06-01', endsOn: '2027-06-02' };
    const post = { method: 'POST', body: JSON.stringify(trip) };
    expect((await rest('/trips', null, post)).status).toBe(401);
    const made = await rest('/trips', token, post);
    expect(made).toMatchObject({
      status: 201,
      body: { title: 'By train', country: { name: 'Switzerland' } },
    });
    const patch = { method: 'PATCH', body: '{"title":"By bicycle"}' };
    expect((await rest(`/trips/${made.body.id}`, token, patch)).body).toMatchObject({ title: 'By bicycle' });
    expect((await rest(`/trips/${made.body.id}`)).status).toBe(401);
    expect((await rest(`/trips/${made.body.id}`, token, { method: 'DELETE' })).body).toEqual({
      deleteTrip: true,
    });
    expect((await rest(`/trips/${made.body.id}`, token)).status).toBe(404);
    const { body } = await rest('/openapi.json');
    expect(Object.keys(body.paths as object)).toEqual([
      '/countries',
      '/countries/{code}',
      '/trips',
      '/trips/{id}',
    ]);
  });

  test('answers standard introspection', async () => {
    const query = getIntrospectionQuery({
      specifiedByUrl: true,
      directiveIsRepeatable: true,
      schemaDescription: true,
      inputValueDeprecation: true,
      oneOf: true,
    });
    expect(await ask(query)).toEqual({
      data: { __schema: expect.objectContaining({ queryType: expect.objectContaining({ name: 'Query' }) }) },
    });
  });

  test('refuses what is deeper than its limit', async () => {
    const deep = `{ country(code: "CH") ${'{ currency { countries '.repeat(11)}{ code }${' } }'.repeat(11)} }`;
    expect(await ask(deep)).toMatchObject({
      errors: [{ extensions: { code: 'DEPTH_LIMIT_EXCEEDED' } }],
    });
  });
});
