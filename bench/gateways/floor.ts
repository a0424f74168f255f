/**
 * The floor: no gateway at all. For each request it makes the HTTP calls that a gateway makes, all at once, reads nothing of their
 * answers, and sends the finished text. What it takes is what Node's HTTP takes. Told over IPC what to replay, in turn.
 */
import { createServer, type ServerResponse } from 'node:http';
import { Pool } from 'undici';
import type { Call } from '../subgraphs/serve.ts';

export interface Replay {
  readonly calls: readonly Call[];
  readonly answer: string;
}

let replays: readonly Replay[] = [];
let served = 0;
const pools = new Map<number, Pool>();

function poolFor(port: number): Pool {
  let pool = pools.get(port);
  if (!pool) {
    pool = new Pool(`http://127.0.0.1:${port}`, { connections: 64 });
    pools.set(port, pool);
  }
  return pool;
}

function call({ port, path, body }: Call): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', accept: 'application/json' };
    poolFor(port).dispatch(
      { method: 'POST', path, headers, body },
      {
        onRequestStart: () => undefined,
        onResponseStart: () => undefined,
        onResponseData: () => undefined,
        onResponseEnd: () => resolve(),
        onResponseError: (_, error) => reject(error),
      },
    );
  });
}

async function answer(response: ServerResponse): Promise<void> {
  const replay = replays[served % replays.length];
  served += 1;
  if (!replay) {
    response.writeHead(503).end();
    return;
  }
  await Promise.all(replay.calls.map(call));
  response.writeHead(200, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(replay.answer),
  });
  response.end(replay.answer);
}

const server = createServer((request, response) => {
  request.resume();
  request.once('end', () => {
    answer(response).catch((error: Error) => response.destroy(error));
  });
});
server.listen(Number(process.env.PORT), '127.0.0.1');
process.on('message', (given: readonly Replay[]) => {
  replays = given;
  served = 0;
  process.send?.('ready');
});
process.on('disconnect', () => process.exit());
