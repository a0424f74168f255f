import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { register } from '../../bin/register.js';
import { askAdmin, eventually } from '../support/adminClient.ts';
import { startSluice } from '../support/sluiceProcess.ts';
import { startSubgraph, type TestSubgraph } from '../support/startSubgraph.ts';
import { startTestGateway, type TestGateway } from '../support/startTestGateway.ts';

describe('instances that register themselves', () => {
  let subgraphs: TestSubgraph[];
  let gateway: TestGateway;

  beforeAll(async () => {
    subgraphs = await Promise.all(
      ['one', 'two'].map((id) =>
        startSubgraph('words', {
          sdl: 'type Query { word: String }',
          resolvers: { Query: { word: () => id } },
        }),
      ),
    );
    gateway = await startTestGateway({
      subgraphs: subgraphs.slice(0, 1),
      settings: { upstream: { join: false, balance: { by: 'roundRobin', slowStart: 0 } } },
    });
  });
  afterAll(async () => {
    await gateway.stop();
    for (const subgraph of subgraphs) await subgraph.stop();
  });

  const second = () => subgraphs[1]?.url ?? '';
  const wordsSaid = async () => {
    const bodies = [];
    for (let asked = 0; asked < 4; asked += 1) bodies.push((await gateway.query('{ word }')).body);
    return [...new Set(bodies.map(({ data }) => (data as { word: string }).word))].sort();
  };
  const said = (words: readonly string[], withinMs = 5000) =>
    eventually(async () => ((await wordsSaid()).join() === words.join() ? true : null), withinMs);
  const run = async (...args: string[]) => {
    const { status, stdout, stderr } = await startSluice([...args, '--admin', gateway.adminUrl]).ended;
    return { status, text: stdout + stderr };
  };

  test('are called beside the routing URL, until their lease has ended', async () => {
    expect(await wordsSaid()).toEqual(['one']);
    const added = await run('instances', 'add', 'words', '--url', second(), '--ttl', '3s', '--zone', 'here');
    expect(added).toEqual({ status: 0, text: expect.stringMatching(/^words at .* is called until 20/) });
    await said(['one', 'two'], 1000);
    const listed = await run('instances', 'list', 'words', '--json');
    expect(JSON.parse(listed.text)).toEqual([
      expect.objectContaining({ subgraph: 'words', url: second(), weight: 1, zone: 'here', author: 'ann' }),
    ]);
    expect((await run('instances', 'renew', 'words', '--url', second())).status).toBe(0);
    await said(['one']);
    const late = await run('instances', 'renew', 'words', '--url', second());
    expect(late).toEqual({ status: 1, text: expect.stringContaining('has no lease') });
  });

  test('are called no more once they are removed', async () => {
    await run('instances', 'add', 'words', '--url', second(), '--ttl', '10m', '--weight', '2');
    await said(['one', 'two']);
    expect((await run('instances', 'remove', 'words', '--url', second())).status).toBe(0);
    await said(['one'], 1000);
  });

  test('can be subgraph processes themselves, with the client that comes in the package', async () => {
    const { stop } = register({ subgraph: 'words', url: second(), admin: gateway.adminUrl, ttlSeconds: 1 });
    await said(['one', 'two']);
    // Longer than its lease.
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await said(['one', 'two'], 300);
    await stop();
    await said(['one'], 1000);
  });

  test('are refused where they may not be called, or for too long', async () => {
    const faulty = [
      ['--url', 'http://169.254.169.254/'],
      ['--url', 'ftp://words/'],
      ['--url', second(), '--ttl', '2h'],
    ];
    for (const options of faulty) {
      const { status, text } = await run('instances', 'add', 'words', ...options);
      expect([status, text]).toEqual([1, expect.stringContaining('not allowed')]);
    }
  });

  test('are seen in the admin with how they do', async () => {
    await run('instances', 'add', 'words', '--url', second(), '--ttl', '10m');
    await said(['one', 'two']);
    const data = await askAdmin(gateway, '{ upstream { subgraph breaker instances { name health tries } } }');
    expect(data).toEqual({
      upstream: [
        {
          subgraph: 'words',
          breaker: 'CLOSED',
          instances: subgraphs.map(({ url }) => ({
            name: new URL(url).host,
            health: 'HEALTHY',
            tries: expect.any(Number),
          })),
        },
      ],
    });
  });
});
