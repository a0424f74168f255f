import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Folder, type RunOptions, sluice, temporaryFolder } from '../support/sluiceProcess.ts';
import { startSubgraph, type TestSubgraph } from '../support/startSubgraph.ts';
import { startTestGateway, type TestGateway } from '../support/startTestGateway.ts';

const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])\n';
const countriesSdl = `${link}type Query {\n  country: Country\n}\ntype Country {\n  name: String\n}\n`;

let gateway: TestGateway;
let cities: TestSubgraph;
let folder: Folder;
beforeAll(async () => {
  [gateway, cities, folder] = await Promise.all([
    startTestGateway(),
    startSubgraph('cities', { sdl: 'type Query { city: String }' }),
    temporaryFolder(),
  ]);
  await folder.write('countries.graphql', countriesSdl);
  await folder.write('breaking.graphql', countriesSdl.replace('name', 'nom'));
  await folder.write('bad.graphql', countriesSdl.replace('Country\n}', 'Contry\n}'));
  await folder.write('both.graphql', 'query A {\n  country { name }\n}\nquery B {\n  country { nom }\n}\n');
});
afterAll(async () => {
  await Promise.all([gateway.stop(), cities.stop(), folder.remove()]);
});

const run = (args: string[], options: RunOptions = {}) =>
  sluice([...args, '--admin', gateway.adminUrl], { cwd: folder.path, ...options });
const countries = ['--url', 'http://127.0.0.1:4999/graphql', '--schema'];

describe('the commands that ask the admin', () => {
  test('before anything is published they say so', async () => {
    expect(await run(['history'])).toEqual({
      status: 0,
      stdout: 'Nothing has been published yet.\n',
      stderr: '',
    });
    expect(await run(['subgraphs'])).toMatchObject({
      status: 0,
      stdout: 'No subgraph has been published yet.\n',
    });
    expect(await run(['subgraphs', '--json'])).toMatchObject({ status: 0, stdout: '[]\n' });
    expect(await run(['supergraph'])).toMatchObject({
      status: 1,
      stdout: '',
      stderr: expect.stringContaining('no supergraph yet'),
    });
  });

  test('publish takes the schema from a file, from standard input, or from the subgraph', async () => {
    expect(await run(['publish', 'countries', ...countries, 'countries.graphql'])).toEqual({
      status: 0,
      stdout: 'countries is published: supergraph version 1.\n',
      stderr: '',
    });
    expect(await run(['publish', 'countries', ...countries, '-'], { input: countriesSdl })).toMatchObject({
      status: 0,
      stdout: 'Nothing changed: supergraph version 1 is exactly this already.\n',
    });
    const asked = await run(['publish', 'cities', '--url', cities.url, '--author', 'bob']);
    expect(asked.stdout).toBe(
      "cities is published: supergraph version 2.\n  safe       Field 'city' was added to object type 'Query'\n",
    );
  });

  test('what does not compose is refused with its line', async () => {
    expect(await run(['publish', 'countries', '--schema', 'bad.graphql'])).toEqual({
      status: 1,
      stdout: '',
      stderr:
        'bad.graphql:3:12  INVALID_GRAPHQL: Unknown type Contry\nsluice: Nothing was changed: the subgraphs do not compose (1 error).\n',
    });
    const { status, stdout } = await run(['publish', 'countries', '--schema', 'bad.graphql', '--json']);
    expect([status, JSON.parse(stdout)]).toMatchObject([
      1,
      { error: { code: 'COMPOSITION_FAILED', errors: [{ places: [{ line: 3, column: 12 }] }] } },
    ]);
    const check = await run(['check', 'countries', '--schema', '-'], { input: 'type Query {' });
    expect(check).toMatchObject({ status: 1, stdout: '' });
    expect(check.stderr).toMatch(
      /^<stdin>:1:\d+ {2}INVALID_GRAPHQL: .*\nsluice: countries does not compose: 1 error\.\n$/,
    );
  });

  test('what would break clients is refused, and says how it can be done', async () => {
    const check = await run(['check', 'countries', '--schema', 'breaking.graphql']);
    expect(check.status).toBe(1);
    expect(check.stdout).toContain("  breaking   Field 'name' was removed from object type 'Country'\n");
    expect(check.stderr).toBe(
      'sluice: countries composes, but would break clients: 1 breaking change, compared with supergraph version 2.\n',
    );
    const report = await run(['check', 'countries', '--schema', 'breaking.graphql', '--json']);
    expect([report.status, JSON.parse(report.stdout)]).toMatchObject([1, { errors: [], comparedWith: 2 }]);

    const refused = await run(['publish', 'countries', '--schema', 'breaking.graphql']);
    expect([refused.status, refused.stdout]).toEqual([1, '']);
    expect(refused.stderr).toContain(
      'sluice: Nothing was changed: clients would break (1 breaking change); --allow-breaking',
    );
    const allowed = await run([
      'publish',
      'countries',
      '--schema',
      'breaking.graphql',
      '--allow-breaking',
      '--json',
    ]);
    expect([allowed.status, JSON.parse(allowed.stdout)]).toMatchObject([0, { version: 3, changed: true }]);
  });

  test('a harmless change passes the check', async () => {
    const input = countriesSdl.replace('name', 'nom: String code');
    const { status, stdout, stderr } = await run(['check', 'countries', '--schema', '-'], { input });
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toContain(
      'countries can be published: 1 change, none breaking, compared with supergraph version 3.\n',
    );
  });

  test('a base that is out of date is refused', async () => {
    const { status, stderr } = await run([
      'publish',
      'countries',
      '--schema',
      'countries.graphql',
      '--base',
      '1',
    ]);
    expect(status).toBe(1);
    expect(stderr).toMatch(/^sluice: .*countries.*\n$/);
  });

  test('plan shows how an operation is answered, and where its faults are', async () => {
    const text = await run(['plan', 'both.graphql', '--operation', 'B']);
    expect(text.stderr).toBe(
      'sluice: both.graphql:2:13  Cannot query field "name" on type "Country". Did you mean "nom"?\n',
    );
    const input = '{ country { nom } city }';
    expect((await run(['plan', '-'], { input })).stdout).toContain('Parallel {');
    const json = await run(['plan', '-', '--json'], { input });
    expect(JSON.parse(json.stdout)).toMatchObject({ kind: 'QueryPlan', node: { kind: 'Parallel' } });
  });

  test('rollback, unpublish and history tell the story', async () => {
    const back = await run(['rollback', '2']);
    expect(back.stdout).toContain('Version 2 is back: supergraph version 4.\n');
    const gone = await run(['unpublish', 'cities', '--idempotency-key', 'k']);
    expect(gone.stdout).toContain('cities is no longer part of it: supergraph version 5.\n');
    const history = await run(['history', '--json']);
    expect(JSON.parse(history.stdout)).toMatchObject([
      { version: 5, kind: 'UNPUBLISH', changed: ['cities'], author: 'ann' },
      { version: 4, kind: 'ROLLBACK', rolledBackTo: 2 },
      { version: 3, kind: 'PUBLISH' },
      { version: 2, kind: 'PUBLISH', author: 'bob' },
      { version: 1, kind: 'PUBLISH' },
    ]);
    const page = await run(['history', '--first', '1', '--before', '5']);
    expect(page.stdout).toMatch(
      /^VERSION {2}AT +CHANGE +SUBGRAPHS +AUTHOR\n4 .* rollback to 2 .*countries.* ann\n$/,
    );
    expect(await run(['rollback', '99'])).toMatchObject({
      status: 1,
      stdout: '',
      stderr: expect.stringMatching(/^sluice: .*99\n$/),
    });
  });

  test('subgraphs and supergraph print what is served', async () => {
    const list = await run(['subgraphs']);
    expect(list.stdout).toMatch(
      /^NAME +VERSION +URL +PROTOCOL +SOURCE +AUTHOR +PUBLISHED\ncountries +\d .+ graphql /,
    );
    expect(JSON.parse((await run(['subgraphs', '--json'])).stdout)).toMatchObject([
      { name: 'countries', sdl: countriesSdl },
    ]);
    expect((await run(['supergraph'])).stdout).toContain('join__Graph');
    const old = await run(['supergraph', '--version', '2', '--json']);
    expect(JSON.parse(old.stdout)).toMatchObject({ version: 2, sdl: expect.stringContaining('city') });
  });

  test('a file that is not there is told by name', async () => {
    expect(await run(['publish', 'countries', '--schema', 'none.graphql'])).toEqual({
      status: 1,
      stdout: '',
      stderr: 'sluice: none.graphql cannot be read: there is no such file.\n',
    });
  });

  test('what answers and is not the admin is told', async () => {
    const { status, stderr } = await sluice(['history', '--admin', cities.url]);
    expect(status).toBe(1);
    expect(stderr).toMatch(/^sluice: .*\n$/);
  });
});

test('an admin with tokens is asked with --token or SLUICE_ADMIN_TOKEN', async () => {
  const token = 'a-token-of-ann-0123';
  const guarded = await startTestGateway({ settings: { admin: { tokens: [{ name: 'ann', token }] } } });
  try {
    const args = ['history', '--admin', guarded.adminUrl];
    const refused = await sluice(args);
    expect([refused.status, refused.stderr]).toEqual([
      1,
      expect.stringContaining('--token or SLUICE_ADMIN_TOKEN'),
    ]);
    expect(await sluice([...args, '--token', token])).toMatchObject({ status: 0 });
    expect(await sluice(args, { env: { SLUICE_ADMIN_TOKEN: token } })).toMatchObject({ status: 0 });
  } finally {
    await guarded.stop();
  }
});
