import { type ChildProcess, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { buildClientSchema, getIntrospectionQuery, lexicographicSortSchema, printSchema } from 'graphql';
import { systemClock } from '../../src/base/clock.ts';
import { createImporter } from '../../src/translation/translation.ts';
import { type RunningSubgraph, startExampleSubgraph } from '../support/startExampleSubgraph.ts';
import { startTestGateway, type TestGateway } from '../support/startTestGateway.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const described = { airports: ['proto', 'airports.proto'], currencies: ['openapi', 'openapi.yaml'] } as const;
type Described = keyof typeof described;
const names = Object.keys(described) as Described[];

/** Starts the service as `npm start` does, on a port of its own. */
async function startService(name: Described): Promise<{ url: string; child: ChildProcess }> {
  const child = spawn(process.execPath, [`subgraphs/${name}/server.ts`], {
    cwd: root,
    env: { ...process.env, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const line = await new Promise<string>((resolve) =>
    child.stdout?.once('data', (chunk) => resolve(String(chunk))),
  );
  return { url: /http:\S+/.exec(line)?.[0] ?? '', child };
}

describe('airports over gRPC and currencies over REST', () => {
  const children: ChildProcess[] = [];
  const servers: RunningSubgraph[] = [];
  let translated: TestGateway;
  let plain: TestGateway;

  beforeAll(async () => {
    const importer = createImporter({ clock: systemClock });
    const services = names.map(async (name) => {
      const [kind, file] = described[name];
      const folder = `${root}subgraphs/${name}/`;
      const source = {
        kind,
        file: folder + file,
        text: null,
        mapping: `${folder}mapping.graphql`,
        includes: [],
      };
      const { sdl } = await importer.import(source, new AbortController().signal);
      const { url, child } = await startService(name);
      children.push(child);
      return { name, url, sdl };
    });
    const graphql = names.map(async (name) => {
      const server = await startExampleSubgraph(name);
      servers.push(server);
      const sdl = await readFile(`${root}subgraphs/${name}/schema.graphql`, 'utf8');
      return { name, url: server.url, sdl };
    });
    const cities = await startExampleSubgraph('cities');
    const countries = await startExampleSubgraph('countries');
    servers.push(cities, countries);
    const others = await Promise.all(
      [
        { name: 'cities', url: cities.url },
        { name: 'countries', url: countries.url },
      ].map(async (each) => ({
        ...each,
        sdl: await readFile(`${root}subgraphs/${each.name}/schema.graphql`, 'utf8'),
      })),
    );
    translated = await startTestGateway({ subgraphs: [...(await Promise.all(services)), ...others] });
    plain = await startTestGateway({ subgraphs: [...(await Promise.all(graphql)), ...others] });
    // Six processes.
  });
  afterAll(async () => {
    await Promise.all([translated.stop(), plain.stop(), ...servers.map((server) => server.end())]);
    await Promise.all(
      children.map((child) => new Promise((exited) => child.once('exit', exited) && child.kill('SIGTERM'))),
    );
  });

  test('show clients the same schema as their GraphQL servers', async () => {
    const [one, other] = await Promise.all(
      [translated, plain].map(async (gateway) => {
        const { body } = await gateway.query(getIntrospectionQuery({ descriptions: false }));
        return printSchema(lexicographicSortSchema(buildClientSchema(body.data as never)));
      }),
    );
    expect(one).toBe(other);
  });

  test.each([
    '{ country(code: "CH") { name currency { code name } cities(first: 3) { name population airports { iata name } } } }',
    '{ airports(first: 3) { iata icao name type scheduled elevation location { lat lon } timeZone country { code name } } }',
    '{ airports(search: "zur") { iata } a: airport(iata: "zrh") { name country { currency { name digits number } } } none: airport(iata: "???") { name } }',
    '{ currencies(first: 5) { code name number digits countries { code } } one: currency(code: "chf") { name } none: currency(code: "XYZ") { name } }',
    '{ countries(first: 60) { code airports(first: 2) { iata city { name } } currencies { code name } } }',
    '{ cities(search: "basel", first: 3) { name airports(first: 2, withinKm: 100, scheduledOnly: false) { iata elevation } } }',
    '{ airports(first: 5000) { iata } currencies(first: 0) { code } }',
    '{ cities(search: "basel", first: 2) { airports(withinKm: 900) { iata } } }',
  ])('answer %s as their GraphQL servers do', async (query) => {
    const [one, other] = await Promise.all([translated.query(query), plain.query(query)]);
    expect(one.body.data).toEqual(other.body.data);
    const shown = ({ body }: typeof one) => (body.errors ?? []).map((error) => JSON.stringify(error)).sort();
    expect(shown(one)).toEqual(shown(other));
  });
});
