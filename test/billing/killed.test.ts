import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { readLogFile } from '../../src/billing/billing.ts';
import { eventually } from '../support/adminClient.ts';
import {
  type Folder,
  freePort,
  type Running,
  sluice,
  startSluice,
  temporaryFolder,
} from '../support/sluiceProcess.ts';
import { startSubgraph, type TestSubgraph } from '../support/startSubgraph.ts';
import { onEachStore } from '../support/stores.ts';
import { type Answered, loadUntilKilled } from './loadUntilKilled.ts';

/** Case R14 of the reliability goals. */
onEachStore((store) => {
  const isDeep = process.env.SLUICE_DEEP !== undefined;
  const kills = isDeep ? 50 : store.kind === 'sqlite' ? 3 : 1;
  const perSecond = isDeep ? 1000 : 200;
  /** What a killed process may lose of what it has answered. */
  const mostLostMs = 200;
  /** Where this process waited so long for its turn, so may have the gateway: what it lost then says nothing of it. */
  const mostLateMs = 50;

  let folder: Folder;
  let things: TestSubgraph;
  const running = new Set<Running>();
  afterEach(async () => {
    for (const { child } of running) child.kill('SIGKILL');
    for (const { ended } of running) await ended;
    running.clear();
    await things.stop();
    await folder.remove();
  });

  interface Place {
    readonly endpoint: string;
    readonly admin: string;
  }

  async function prepare(): Promise<Place> {
    folder = await temporaryFolder();
    things = await startSubgraph('things', {
      sdl: 'type Query { thing: Thing } type Thing { id: ID }',
      resolvers: { Query: { thing: () => ({ id: '1' }) } },
    });
    const [port, adminPort] = [await freePort(), await freePort()];
    await folder.write('things.graphql', things.sdl);
    await folder.write(
      'supergraph.yaml',
      JSON.stringify({
        subgraphs: { things: { routing_url: things.url, schema: { file: 'things.graphql' } } },
        server: { port, host: '127.0.0.1', drain: { delay: '0s' } },
        admin: { port: adminPort },
        storage: { url: await store.place(join(folder.path, '.sluice')) },
        billing: { currency: 'EUR', plans: { gold: { price: { amount: 1 } } }, log: { keep: '1d' } },
        observability: { log: { access: false } },
      }),
    );
    return { endpoint: `http://127.0.0.1:${port}/graphql`, admin: `http://127.0.0.1:${adminPort}` };
  }

  async function serve({ endpoint }: Place): Promise<Running> {
    const started = startSluice(['serve'], { cwd: folder.path });
    running.add(started);
    const ready = new URL('/health/ready', endpoint);
    await eventually(async () => ((await fetch(ready).catch(() => null))?.ok ? true : null), 30_000);
    return started;
  }

  async function newKey({ admin }: Place): Promise<string> {
    const { stdout } = await sluice(['keys', 'create', 'acme', '--plan', 'gold', '--admin', admin]);
    return stdout.trim();
  }

  async function billedOperations({ admin }: Place): Promise<number> {
    const { stdout } = await sluice(['invoice', 'acme', '--json', '--admin', admin]);
    const { operations } = JSON.parse(stdout) as { operations: { operations: number }[] };
    return operations.reduce((sum, each) => sum + each.operations, 0);
  }

  const logsIn = async (): Promise<readonly string[]> =>
    (await readdir(join(folder.path, '.sluice/billing'))).filter((name) => /^[0-9a-f]{16}$/.test(name));

  /** The ids of all records in all logs: each file is kept once it is stored. */
  async function idsInLogs(): Promise<readonly string[]> {
    const kept = join(folder.path, '.sluice/billing/kept');
    const files = await Promise.all((await readdir(kept)).map((name) => readFile(join(kept, name))));
    return files.flatMap((file) => readLogFile(file).usage.map(({ id }) => id));
  }

  describe('a gateway that is killed while it bills', () => {
    test(
      `${kills} times under ${perSecond} requests a second: 0.2 s of what it answered are lost at most, nothing is billed twice`,
      async () => {
        const place = await prepare();
        const rounds: Answered[] = [];
        let key = '';
        for (let kill = 0; kill < kills; kill += 1) {
          const gateway = await serve(place);
          key ||= await newKey(place);
          const load = { endpoint: place.endpoint, key, perSecond, afterMs: 500 + Math.random() * 1000 };
          rounds.push(await loadUntilKilled(gateway, { ...load, signal: 'SIGKILL' }));
          running.delete(gateway);
        }
        const last = await serve(place);
        const load = { endpoint: place.endpoint, key, perSecond, afterMs: 500 };
        const ended = await loadUntilKilled(last, { ...load, signal: 'SIGTERM' });
        running.delete(last);

        await serve(place);
        await eventually(async () => ((await logsIn()).length === 1 ? true : null)); // Its own.
        const ids = await idsInLogs();
        const billed = new Set(ids);
        expect(billed.size).toBe(ids.length);
        expect(await billedOperations(place)).toBe(ids.length);
        expect([...ended.atMs.keys()].filter((id) => !billed.has(id))).toEqual([]);
        const lostIn = ({ atMs, killedAtMs }: Answered) =>
          [...atMs].flatMap(([id, answeredAtMs]) => (billed.has(id) ? [] : [killedAtMs - answeredAtMs]));
        const lost = rounds.flatMap(lostIn);
        const judged = rounds.filter(({ lateMs }) => lateMs <= mostLateMs);
        const tooBusy = `${kills - judged.length} of ${kills} kills: the machine was too busy to say how much time was lost`;
        if (judged.length < kills) process.stderr.write(`${tooBusy}\n`);
        const answered = rounds.reduce((sum, { atMs }) => sum + atMs.size, ended.atMs.size);
        expect(answered).toBeGreaterThan(kills * perSecond * 0.05); // It was under load when it was killed.
        expect(judged.flatMap(lostIn).filter((beforeMs) => beforeMs > mostLostMs)).toEqual([]);
        if (isDeep)
          process.stderr.write(
            `${answered} answered, ${lost.length} lost, the oldest ${Math.max(0, ...lost)} ms before\n`,
          );
      },
      kills * 60_000 + 180_000,
    );
  });
});
