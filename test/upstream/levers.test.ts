import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { askAdmin } from '../support/adminClient.ts';
import { createManualClock, type ManualClock } from '../support/manualClock.ts';
import { startSluice } from '../support/sluiceProcess.ts';
import type { TestSubgraph } from '../support/startSubgraph.ts';
import { startTestGateway, type TestGateway } from '../support/startTestGateway.ts';
import { inTurn, startTwoWords, wordsSaid } from '../support/startTwoWords.ts';

describe('by hand', () => {
  let folder: string;
  let subgraphs: TestSubgraph[];
  let gateway: TestGateway;
  let clock: ManualClock;

  const start = async (): Promise<TestGateway> => {
    const [first] = subgraphs;
    if (!first) throw new Error('There is no subgraph');
    clock = createManualClock();
    const instances = subgraphs.map(({ url }) => ({ url }));
    return await startTestGateway({
      folder,
      clock,
      subgraphs: [{ ...first, instances }],
      settings: { upstream: { ...inTurn, retry: { max: 0 } } },
    });
  };
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-levers-'));
    subgraphs = await startTwoWords();
    gateway = await start();
  });
  afterAll(async () => {
    await gateway.stop();
    for (const subgraph of subgraphs) await subgraph.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const nameOf = (at: number) => new URL(subgraphs[at]?.url ?? '').host;
  const eject = (instance: string, forSeconds = 300) =>
    askAdmin<{ ejectInstance: { until: string } }>(
      gateway,
      'mutation ($instance: String!, $forSeconds: Float!) { ejectInstance(subgraph: "words", instance: $instance, forSeconds: $forSeconds, author: "ann") { until } }',
      { instance, forSeconds },
    );
  const readmit = (instance: string) =>
    askAdmin(
      gateway,
      'mutation ($instance: String!) { readmitInstance(subgraph: "words", instance: $instance, author: "ann") { readmitted } }',
      { instance },
    );
  const reset = () =>
    askAdmin(gateway, 'mutation { resetBreaker(subgraph: "words", author: "ann") { reset } }');
  const health = async () => {
    const { upstream } = await askAdmin<{ upstream: { instances: { health: string }[] }[] }>(
      gateway,
      '{ upstream { instances { health } } }',
    );
    return upstream[0]?.instances.map((instance) => instance.health);
  };

  test('an instance is ejected for a while, though it is well, and comes back', async () => {
    expect(await wordsSaid(gateway)).toEqual(['one', 'two']);
    const { ejectInstance } = await eject(nameOf(1), 60);
    expect(ejectInstance.until).toBe(new Date(clock.wallMs() + 60_000).toISOString());
    expect(await wordsSaid(gateway)).toEqual(['one']);
    expect(await health()).toEqual(['HEALTHY', 'EJECTED']);
    clock.advance(61_000);
    expect(await wordsSaid(gateway)).toEqual(['one', 'two']);
  });

  test('it is readmitted before, also by its URL', async () => {
    await eject(subgraphs[0]?.url ?? '');
    expect(await wordsSaid(gateway)).toEqual(['two']);
    expect(await readmit(nameOf(0))).toEqual({ readmitInstance: { readmitted: true } });
    expect(await wordsSaid(gateway)).toEqual(['one', 'two']);
    expect(await readmit(nameOf(0))).toEqual({ readmitInstance: { readmitted: false } });
  });

  test('the last one that gets calls is not ejected, nor is one that is not there', async () => {
    await eject(nameOf(0));
    await expect(eject(nameOf(1))).rejects.toThrow('no instance of words would get calls');
    await expect(eject('192.0.2.1:80')).rejects.toThrow(
      `there is ${[nameOf(0), nameOf(1)].sort().join(', ')}`,
    );
    await expect(eject(nameOf(0), 0)).rejects.toThrow('allowed: 1 to 86400');
    await expect(
      askAdmin(gateway, 'mutation { resetBreaker(subgraph: "nobody") { reset } }'),
    ).rejects.toThrow('There is no subgraph called "nobody" here; there is words.');
    await readmit(nameOf(0));
  });

  test('a breaker is closed before its time, and opens again where that was too early', async () => {
    expect(await reset()).toEqual({ resetBreaker: { reset: false } });
    for (const subgraph of subgraphs) subgraph.intercept((response) => void response.writeHead(503).end());
    const codeOf = async () =>
      (await gateway.query(`query Q${Math.random().toString(36).slice(2)} { word }`)).body.errors?.[0]
        ?.extensions.code;
    const untilOpen = async () => {
      for (let asked = 1; ; asked += 1) if ((await codeOf()) === 'CIRCUIT_OPEN') return asked;
    };
    const first = await untilOpen();
    expect(await reset()).toEqual({ resetBreaker: { reset: true } });
    expect(await untilOpen()).toBe(first);
    for (const subgraph of subgraphs) subgraph.intercept(null);
    await reset();
    expect(await codeOf()).toBeUndefined();
  });

  test('what was done is told, also by the next gateway on the store', async () => {
    const events = async () => {
      const told = '{ events { kind subgraph text here } }';
      return (await askAdmin<{ events: { text: string; here: boolean }[] }>(gateway, told)).events;
    };
    const before = await events();
    expect(before.map(({ text }) => text)).toEqual([
      'ann reset the breaker: closed',
      'the breaker opened',
      'ann reset the breaker: closed',
      'the breaker opened',
      `ann had the instance ${nameOf(0)} called again`,
      `ann ejected the instance ${nameOf(0)} for 300 s`,
      `ann had the instance ${nameOf(0)} called again`,
      `ann ejected the instance ${subgraphs[0]?.url} for 300 s`,
      `ann ejected the instance ${nameOf(1)} for 60 s`,
    ]);
    expect(new Set(before.map(({ here }) => here))).toEqual(new Set([true]));
    await gateway.stop();
    gateway = await start();
    expect(await events()).toEqual(before.map((event) => ({ ...event, here: false })));
  });

  test('the command line does it too', async () => {
    const run = async (...args: string[]) =>
      (await startSluice([...args, '--admin', gateway.adminUrl]).ended).stdout;
    const named = ['words', '--instance', nameOf(1)];
    expect(await run('instances', 'eject', ...named, '--for', '10m')).toContain(
      'gets no calls of this gateway',
    );
    expect(await wordsSaid(gateway)).toEqual(['one']);
    expect(await run('instances', 'readmit', ...named)).toContain('is called again.');
    expect(await run('subgraphs', 'reset', 'words')).toContain('It was closed.');
    expect(await run('audit', '--by', 'ann', '--action', 'readmitInstance', '--json')).toContain(nameOf(1));
  }, 30_000);
});
