import { memoryUsage, report, stdout } from 'node:process';
import { setTimeout as passed } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { httpResponse, type Misbehave } from './misbehavingSubgraph.ts';
import { answering, canaries, head } from './misbehaviourCase.ts';
import { startMisbehaviourWorld } from './misbehaviourWorld.ts';

/** What a process holds, idle and after garbage was collected. */
export interface Holdings {
  readonly heapBytes: number;
  readonly bufferBytes: number;
  /** Connections of the subgraph that are open. */
  readonly sockets: number;
  /** Handles of libuv by type, such as tcp. */
  readonly handles: Readonly<Record<string, number>>;
}

// A script of its own: only here nothing but the gateway and its subgraphs is on the heap. Run with --expose-gc.
const collect = (globalThis as { gc?: () => void }).gc;
if (!collect) throw new Error('Run with --expose-gc');

const kinds: readonly Misbehave[] = [
  () => undefined,
  (socket) => void socket.write(`${head(['content-length: 100'])}{"data"`),
  (socket) => void socket.resetAndDestroy(),
  (socket) => void socket.end(`${head(['content-length: 100'])}{"data"`),
  (socket) => void socket.write(canaries.body),
  answering('x'.repeat(100_000)),
  answering('{"data":'),
  answering(`{"data":{"word":${'['.repeat(20_000)}${']'.repeat(20_000)}}}`),
  (socket) => {
    const zipped = gzipSync('x'.repeat(100_000));
    socket.write(httpResponse(zipped, { headers: { 'content-encoding': 'gzip' } }));
  },
  answering(JSON.stringify({ errors: Array(200).fill({ message: 'No', path: ['word', 0, 'x'] }) })),
];

const { shaky, gateway, stop } = await startMisbehaviourWorld(
  { timeout: '30ms', maxResponse: '64KB', join: false },
  { access: false },
);

async function askEach(times: number): Promise<void> {
  for (const kind of kinds) {
    shaky.misbehave(kind);
    for (let turn = 0; turn < times; turn += 1) {
      const asked = Array.from({ length: 10 }, (_, index) => gateway.query(`{ a${index}: word number }`));
      for (const { body } of await Promise.all(asked))
        if (body.errors === undefined) throw new Error(`It did not misbehave: ${JSON.stringify(body)}`);
    }
    shaky.requests.length = 0;
  }
}

/** Types of which each answer tells others. */
async function askForTypes(times: number): Promise<void> {
  let told = 0;
  shaky.misbehave((socket, request) => {
    const things = Array.from(
      { length: 1_000 },
      (_, index) => `{"__typename":"Type${told + index}","id":"a"}`,
    );
    told += things.length;
    answering(`{"data":{"found":[${things.join()}]}}`)(socket, request);
  });
  for (let turn = 0; turn < times; turn += 1) await gateway.query('{ found { width } number }');
}

async function look(): Promise<Holdings> {
  for (let round = 0; round < 5; round += 1) {
    collect?.();
    await passed(50);
  }
  const { libuv } = report.getReport() as unknown as { libuv: { type: string }[] };
  const handles: Record<string, number> = {};
  for (const { type } of libuv) handles[type] = (handles[type] ?? 0) + 1;
  const { heapUsed, arrayBuffers } = memoryUsage();
  return { heapBytes: heapUsed, bufferBytes: arrayBuffers, sockets: shaky.openSockets(), handles };
}

await askEach(4);
await askForTypes(4);
const looks = [await look()];
await askEach(12);
await askForTypes(60);
looks.push(await look());
await stop();
stdout.write(JSON.stringify(looks));
