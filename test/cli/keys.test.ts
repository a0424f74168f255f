import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Folder, sluice, temporaryFolder } from '../support/sluiceProcess.ts';
import { startSubgraph, type TestSubgraph } from '../support/startSubgraph.ts';
import { startTestGateway, type TestGateway } from '../support/startTestGateway.ts';

let words: TestSubgraph;
let gateway: TestGateway;
let folder: Folder;
beforeAll(async () => {
  [words, folder] = await Promise.all([
    startSubgraph('words', { sdl: 'type Query { word: String }', resolvers: { Query: { word: () => 'x' } } }),
    temporaryFolder(),
  ]);
  gateway = await startTestGateway({ subgraphs: [words], settings: { identity: { required: true } } });
});
afterAll(async () => {
  await gateway.stop();
  await Promise.all([words.stop(), folder.remove()]);
});

const keys = (...args: string[]) =>
  sluice(['keys', ...args, '--admin', gateway.adminUrl], { cwd: folder.path });
const statusWith = async (key: string) =>
  (await gateway.query('{ word }', { headers: { 'x-api-key': key } })).status;

describe('sluice keys', () => {
  test('says when there is none', async () => {
    expect(await keys('list')).toEqual({ status: 0, stdout: 'There is no key yet.\n', stderr: '' });
    expect(await keys('list', '--json')).toMatchObject({ stdout: '[]\n' });
  });

  test('create prints the key and nothing else where it can be caught', async () => {
    const { status, stdout, stderr } = await keys(
      'create',
      'acme',
      '--plan',
      'gold',
      '--scopes',
      'a  b',
      '--expires',
      '90d',
    );
    expect([status, stdout, stderr]).toEqual([
      0,
      expect.stringMatching(/^sluice_[0-9A-Za-z]{50}\n$/),
      expect.stringMatching(/^This is key [0-9A-Za-z]{12} of acme; it is not shown again\.\n$/),
    ]);
    expect(await statusWith(stdout.trim())).toBe(200);
    const { stdout: listed } = await keys('list');
    expect(listed).toMatch(
      /^CONSUMER {2}PLAN {2}SCOPES {2}KEY +STATE +CREATED +EXPIRES +AUTHOR\nacme {6}gold {2}a b {5}[0-9A-Za-z]{12} {2}active {2}\S+Z {2}\S+Z {2}ann\n$/,
    );
    expect(listed).not.toContain(stdout.slice(19, 40));
    expect(await keys('list', 'nobody')).toMatchObject({ stdout: 'There is no key yet.\n' });
  });

  test('suspend, resume and revoke are in force at once', async () => {
    const { stdout } = await keys('create', 'acme', '--json');
    const { key, id, consumer } = JSON.parse(stdout);
    expect(consumer).toMatchObject({ name: 'acme', plan: 'gold', scopes: ['a', 'b'], keys: [{ id }, {}] });
    expect(await keys('suspend', 'acme')).toMatchObject({ status: 0, stdout: 'acme is suspended.\n' });
    expect(await statusWith(key)).toBe(401);
    expect((await keys('list', 'acme')).stdout).toContain('  suspended  ');
    expect(await keys('resume', 'acme')).toMatchObject({ stdout: 'acme is resumed.\n' });
    expect(await statusWith(key)).toBe(200);
    expect(await keys('revoke', 'acme', '--key', id)).toMatchObject({
      stdout: `Key ${id} of acme revoked; it has 1 live key.\n`,
    });
    expect(await statusWith(key)).toBe(401);
    expect(await keys('revoke', 'acme')).toMatchObject({
      stdout: 'All keys of acme revoked; it has 0 live keys.\n',
    });
  });

  test('refuses what cannot be in one sentence', async () => {
    for (let count = 0; count < 2; count += 1) await keys('create', 'zoo');
    expect(await keys('create', 'zoo')).toMatchObject({
      status: 1,
      stdout: '',
      stderr: expect.stringMatching(/^sluice: The consumer zoo has 2 live keys .*: revoke one first\.\n$/),
    });
    expect(await keys('revoke', 'nobody')).toMatchObject({
      status: 1,
      stderr: 'sluice: There is no consumer "nobody".\n',
    });
    expect(await keys('create', 'zoo', '--expires', 'soon')).toMatchObject({ status: 2, stdout: '' });
    expect(await keys('create', 'no name')).toMatchObject({ status: 1, stdout: '' });
  });
});
