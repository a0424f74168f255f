import { argv, memoryUsage, report, stdout } from 'node:process';
import { setTimeout as passed } from 'node:timers/promises';
import { type Clock, systemClock } from '../../src/base/clock.ts';
import { eventually, publish } from '../support/adminClient.ts';
import { startSubgraph } from '../support/startSubgraph.ts';
import { startTestGateway } from '../support/startTestGateway.ts';

/** What a process holds, idle and after garbage was collected. */
export interface Holdings {
  readonly heapBytes: number;
  /** Timers of the gateway that are waiting. */
  readonly timers: number;
  readonly workers: number;
  /** Handles of libuv by type, such as tcp. */
  readonly handles: Readonly<Record<string, number>>;
}

// A script of its own: only here nothing but the gateway and its subgraphs is on the heap. Run with --expose-gc.
const collect = (globalThis as { gc?: () => void }).gc;
if (!collect) throw new Error('Run with --expose-gc');
const publishes = Number(argv[2]);
const firstLook = 20;
const requestsEach = 20;

let timers = 0;
const clock: Clock = {
  ...systemClock,
  after(delayMs, run) {
    timers += 1;
    let isOver = false;
    const end = (): void => {
      if (!isOver) timers -= 1;
      isOver = true;
    };
    const timer = systemClock.after(delayMs, () => {
      end();
      run();
    });
    return {
      cancel() {
        end();
        timer.cancel();
      },
    };
  },
};

/** Two instances take turns, so that every publish changes a URL too. */
const instances = await Promise.all(
  ['one', 'two'].map((said) =>
    startSubgraph('words', {
      sdl: 'type Query { word: String }',
      resolvers: { Query: { word: () => said } },
    }),
  ),
);
const people = await startSubgraph('people', {
  sdl: 'type Query { person: Person } type Person @key(fields: "id") { id: ID! name: String }',
  resolvers: { Query: { person: () => ({ id: '1', name: 'Ann' }) } },
});
const gateway = await startTestGateway({
  clock,
  settings: {
    observability: { log: { access: false, level: 'warn' } },
    registry: { composition: { idle: '1s' } },
  },
});

async function publishAgain(index: number): Promise<void> {
  const words = instances[index % instances.length];
  if (!words) throw new Error('There is no instance');
  const types = Array.from(
    { length: 30 },
    (_, type) => `type T${type}_${index} { a: Int b: String c: [T${type}_${index}] }`,
  );
  const fields = types.map((_, type) => `t${type}: T${type}_${index}`).join(' ');
  const sdl = words.sdl.replace('word: String', `word: String ${fields}`) + types.join('\n');
  const version = await publish(
    gateway,
    [
      { name: 'words', url: words.url, sdl },
      { name: 'people', url: people.url, sdl: people.sdl },
    ],
    { allowBreaking: true },
  );
  await eventually(async () => {
    const asked = 'query Served($name: String!) { __type(name: $name) { name } }';
    const { body } = await gateway.query(asked, { variables: { name: `T0_${index}` } });
    return JSON.stringify(body).includes(`T0_${index}`) ? version : null;
  });
}

async function ask(index: number): Promise<void> {
  const said = index % 2 === 0 ? 'one' : 'two';
  const asked = Array.from({ length: requestsEach }, async (_, each) => {
    const { body } = await gateway.query(each % 2 === 0 ? '{ word person { name } }' : `{ a${each}: word }`);
    if (!JSON.stringify(body).includes(said))
      throw new Error(`Publish ${index} is answered with ${JSON.stringify(body)}`);
  });
  await Promise.all(asked);
  for (const { received } of [...instances, people]) received.length = 0;
}

/** The threads that this process has, but for its own. */
const threads = () => (report.getReport() as unknown as { workers: unknown[] }).workers.length;

async function look(most = { workers: 2, timers: Number.POSITIVE_INFINITY }): Promise<Holdings> {
  // Connections end, threads without work do, and what they held is let go: on a slow machine some of them late.
  await passed(1500);
  const isOver = () => threads() <= most.workers && timers <= most.timers;
  for (let round = 0; !isOver() && round < 100; round += 1) await passed(100);
  for (let round = 0; round < 5; round += 1) {
    collect?.();
    await passed(20);
  }
  const { libuv, workers } = report.getReport() as unknown as {
    libuv: { type: string; is_active: boolean }[];
    workers: unknown[];
  };
  const handles: Record<string, number> = {};
  for (const { type } of libuv) handles[type] = (handles[type] ?? 0) + 1;
  return { heapBytes: memoryUsage().heapUsed, timers, workers: workers.length, handles };
}

const looks: Holdings[] = [];
for (let index = 1; index <= publishes; index += 1) {
  await publishAgain(index);
  await ask(index);
  if (index === firstLook || index === publishes) looks.push(await look(looks[0]));
}
await gateway.stop();
for (const subgraph of [...instances, people]) await subgraph.stop();
stdout.write(JSON.stringify(looks));
