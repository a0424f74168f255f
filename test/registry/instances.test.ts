import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { register } from '../../bin/register.js';
import { askAdmin, eventually } from '../support/adminClient.ts';
import { createManualClock, type ManualClock } from '../support/manualClock.ts';
import { startSluice } from '../support/sluiceProcess.ts';
import type { TestSubgraph } from '../support/startSubgraph.ts';
import { startTestGateway, type TestGateway } from '../support/startTestGateway.ts';
import { inTurn, startTwoWords, wordsSaid } from '../support/startTwoWords.ts';

/** How often a gateway reads leases, and a little more. */
const pollMs = 260;

describe('instances that register themselves', () => {
  let subgraphs: TestSubgraph[];
  let gateway: TestGateway;
  /** Of the gateway; subgraph processes have their own. */
  let clock: ManualClock;

  beforeAll(async () => {
    subgraphs = await startTwoWords();
    clock = createManualClock();
    gateway = await startTestGateway({
      clock,
      subgraphs: subgraphs.slice(0, 1),
      settings: { upstream: inTurn },
    });
  });
  afterAll(async () => {
    await gateway.stop();
    for (const subgraph of subgraphs) await subgraph.stop();
  });

  const second = () => subgraphs[1]?.url ?? '';
  /** Resolves when exactly these answer, as the gateway sees it when it looks again. */
  const said = (words: readonly string[]) =>
    eventually(async () => {
      clock.advance(pollMs);
      return (await wordsSaid(gateway)).join() === words.join() ? true : null;
    });
  const run = async (...args: string[]) => {
    const { status, stdout, stderr } = await startSluice([...args, '--admin', gateway.adminUrl]).ended;
    return { status, text: stdout + stderr };
  };

  test('are called beside the routing URL, until their lease has ended', async () => {
    expect(await wordsSaid(gateway)).toEqual(['one']);
    const added = await run('instances', 'add', 'words', '--url', second(), '--ttl', '1m', '--zone', 'here');
    expect(added).toEqual({ status: 0, text: expect.stringMatching(/^words at .* is called until 20/) });
    await said(['one', 'two']);
    const listed = await run('instances', 'list', 'words', '--json');
    expect(JSON.parse(listed.text)).toEqual([
      expect.objectContaining({ subgraph: 'words', url: second(), weight: 1, zone: 'here', author: 'ann' }),
    ]);
    clock.advance(50_000);
    expect((await run('instances', 'renew', 'words', '--url', second())).status).toBe(0);
    clock.advance(50_000);
    await said(['one', 'two']);
    clock.advance(60_000);
    await said(['one']);
    const late = await run('instances', 'renew', 'words', '--url', second());
    expect(late).toEqual({ status: 1, text: expect.stringContaining('has no lease') });
  });

  test('are called no more once they are removed', async () => {
    await run('instances', 'add', 'words', '--url', second(), '--ttl', '10m', '--weight', '2');
    await said(['one', 'two']);
    expect((await run('instances', 'remove', 'words', '--url', second())).status).toBe(0);
    await said(['one']);
  });

  test('can be subgraph processes themselves, with the client that comes in the package', async () => {
    const { stop } = register({ subgraph: 'words', url: second(), admin: gateway.adminUrl, ttlSeconds: 1 });
    await said(['one', 'two']);
    const ends = async () =>
      (await askAdmin<{ instances: { expiresAt: string }[] }>(gateway, '{ instances { expiresAt } }'))
        .instances[0]?.expiresAt;
    // Longer than its lease, bit by bit: it is renewed in between.
    for (let renewed = 0; renewed < 2; renewed += 1) {
      const before = await ends();
      clock.advance(400);
      await eventually(async () => ((await ends()) !== before ? true : null));
      clock.advance(400);
    }
    await said(['one', 'two']);
    await stop();
    await said(['one']);
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
