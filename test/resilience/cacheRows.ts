import KeyvRedis from '@keyv/redis';
import { askAdmin } from '../support/adminClient.ts';
import { startRedis } from '../support/startRedis.ts';
import { startTcpProxy } from '../support/startTcpProxy.ts';
import { type Asked, type Load, percentile, type Shot, startLoad } from './openLoad.ts';
import type { Row } from './rows.ts';
import { startServing } from './startServing.ts';
import { startWords } from './startWords.ts';
import { wordsSdl } from './wordsSubgraph.ts';

const perSecond = 200;
const words: readonly Asked[] = Array.from({ length: 50 }, (_, id) => ({
  tag: 'query',
  query: 'query ($id: Int) { word(id: $id) }',
  variables: { id },
}));
const failed = ({ status, codes, hasData }: Shot) => status !== 200 || codes.length > 0 || !hasData;
const p99 = (shots: readonly Shot[]): number => percentile(shots, 0.99);

/** Plans are made, connections opened and all words kept before anything is timed. */
async function warm(load: Load): Promise<void> {
  await load.run({ rate: { perSecond: 2 }, durationMs: 2000, asked: words });
  await load.run({ rate: { perSecond: 100 }, durationMs: 3000, asked: words });
}

/** The only instance of a subgraph is killed under load, and stays away. */
export async function killedBehindTheCache(): Promise<Row> {
  const subgraph = await startWords();
  const killedAtMs = 4000;
  const serving = await startServing([{ name: 'words', sdl: wordsSdl, ports: [subgraph.port] }], {
    upstream: { join: false },
    cache: { maxAge: '1s', maxStale: '60s' },
  });
  const load = await startLoad(serving.endpoint);
  await warm(load);
  const shots = await load.run({
    rate: { perSecond },
    durationMs: 14_000,
    asked: words,
    events: [[killedAtMs, () => subgraph.kill()]],
  });
  await load.stop();
  await serving.stop();
  const after = shots.filter(({ atMs }) => atMs > killedAtMs);
  const late = after.filter(({ atMs }) => atMs > killedAtMs + 1500);
  const marked = late.filter(({ isDegraded }) => isDegraded).length;
  const wrong = shots.filter(failed).length;
  return {
    fault: `the only instance of a subgraph killed under load, its answers kept for 1 s with maxStale 60s (${perSecond} requests/s)`,
    goal: '100 % answers, marked degraded once they have outlived their time',
    measured: [
      `${shots.length - wrong} of ${shots.length} answered with data and without errors, ${after.length} of them after it was killed`,
      `${marked} of ${late.length} marked degraded from 1.5 s after that on; p99 ${p99(late).toFixed(1)} ms (before ${p99(shots.filter(({ atMs }) => atMs < killedAtMs)).toFixed(1)})`,
    ],
    reached: wrong === 0 && marked === late.length,
  };
}

interface Meddling {
  readonly redis: Awaited<ReturnType<typeof startRedis>>;
  readonly proxy: Awaited<ReturnType<typeof startTcpProxy>>;
}

/** What is done to the Redis of the cache, and how it is undone. */
export const redisFaults: Readonly<
  Record<string, { begin(by: Meddling): unknown; end(by: Meddling): unknown }>
> = {
  'is gone': { begin: ({ proxy }) => proxy.set('closed'), end: ({ proxy }) => proxy.set('open') },
  hangs: { begin: ({ redis }) => redis.freeze(), end: ({ redis }) => redis.thaw() },
  'answers 500 ms late': { begin: ({ proxy }) => proxy.delay(500), end: ({ proxy }) => proxy.delay(0) },
  'is flushed': { begin: ({ redis }) => asRedis(redis.url, flush), end: () => undefined },
  'is full of garbage': { begin: ({ redis }) => asRedis(redis.url, spoil), end: () => undefined },
};

const times = { fromMs: 4000, toMs: 10_000, endMs: 18_000 };
/** By then a store that fails has been cut off: three failures, of 25 ms each. */
const cutOffMs = 1000;

/** The Redis of the cache fails in one way for six seconds. */
export async function redisRow(name: string): Promise<Row> {
  const fault = redisFaults[name];
  if (!fault) throw new Error(`No such fault: ${name}`);
  const subgraph = await startWords();
  const redis = await startRedis();
  const proxy = await startTcpProxy({ host: '127.0.0.1', port: Number(new URL(redis.url).port) });
  const serving = await startServing([{ name: 'words', sdl: wordsSdl, ports: [subgraph.port] }], {
    upstream: { join: false },
    cache: { maxAge: '10m', store: `redis://127.0.0.1:${proxy.port}` },
  });
  const load = await startLoad(serving.endpoint);
  await warm(load);
  let usedAgainMs: number | null = null;
  const watch = async (): Promise<void> => {
    const endedMs = performance.now();
    const before = await hitsOf(serving.adminUrl);
    while (usedAgainMs === null && performance.now() - endedMs < 8000) {
      if ((await hitsOf(serving.adminUrl)) > before) usedAgainMs = performance.now() - endedMs;
      else await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  let watching = Promise.resolve();
  const shots = await load.run({
    rate: { perSecond },
    durationMs: times.endMs,
    asked: words,
    events: [
      [times.fromMs, () => fault.begin({ redis, proxy })],
      [
        times.toMs,
        () => {
          fault.end({ redis, proxy });
          watching = watch();
        },
      ],
    ],
  });
  await watching;
  await load.stop();
  await serving.stop();
  await proxy.stop();
  await redis.stop();
  await subgraph.kill();
  const between = (fromMs: number, toMs: number) => shots.filter(({ atMs }) => atMs >= fromMs && atMs < toMs);
  const before = p99(between(0, times.fromMs));
  const first = p99(between(times.fromMs, times.fromMs + cutOffMs));
  const then = p99(between(times.fromMs + cutOffMs, times.toMs));
  const wrong = shots.filter(failed).length;
  return {
    fault: `the Redis of the cache ${name} for 6 s (${perSecond} requests/s)`,
    goal: '0 client errors; p99 at most +15 ms until it is cut off, +3 ms after; used again within 5 s',
    measured: [
      `${wrong} of ${shots.length} failed`,
      `p99 ${before.toFixed(1)} ms before, ${first.toFixed(1)} ms in the first second, ${then.toFixed(1)} ms after it`,
      usedAgainMs === null
        ? 'not used again within 8 s'
        : `used again after ${(usedAgainMs as number).toFixed(0)} ms`,
    ],
    reached:
      wrong === 0 &&
      first <= before + 15 &&
      then <= before + 3 &&
      usedAgainMs !== null &&
      (usedAgainMs as number) <= 5000,
  };
}

async function hitsOf(adminUrl: string): Promise<number> {
  return (await askAdmin<{ cache: { hits: number } }>({ adminUrl }, '{ cache { hits } }')).cache.hits;
}

interface Client {
  connect(): Promise<void>;
  sendCommand(words: readonly string[]): Promise<unknown>;
  destroy(): void;
}

async function asRedis(url: string, run: (client: Client) => Promise<unknown>): Promise<void> {
  const client = new KeyvRedis<string>(url).client as never as Client;
  await client.connect();
  await run(client);
  client.destroy();
}

const flush = (client: Client) => client.sendCommand(['FLUSHALL']);

async function spoil(client: Client): Promise<void> {
  const names = (await client.sendCommand(['KEYS', '*sluice:cache:1:*'])) as readonly string[];
  for (const name of names.filter((each) => each.length > 50))
    await client.sendCommand(['SET', name, 'garbage']);
}
