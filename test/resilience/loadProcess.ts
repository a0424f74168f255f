/**
 * The load: a process of its own, so that it waits for nobody's garbage but its own. It reads HTTP off the socket by itself and opens a
 * connection whenever none is free, by tag: requests that hang keep nobody else waiting.
 */
import { createConnection, type Socket } from 'node:net';
import { createMessageReader } from '../../bench/messageReader.ts';
import type { Asked, LoadOrder, Shot } from './loadOrder.ts';

interface Connection {
  readonly socket: Socket;
  /** Called with the status and the body, or with 0 when there was no response. */
  onAnswer: ((status: number, body: Buffer) => void) | null;
}

const nothing = Buffer.alloc(0);
const idle = new Map<string, Connection[]>();

function connectionFor(tag: string, order: LoadOrder): Connection {
  const free = idle.get(tag) ?? [];
  idle.set(tag, free);
  const known = free.pop();
  if (known) return known;
  const socket = createConnection({ port: order.port, host: '127.0.0.1', noDelay: true });
  const connection: Connection = { socket, onAnswer: null };
  const end = (status: number, body: Buffer): void => {
    const { onAnswer } = connection;
    connection.onAnswer = null;
    onAnswer?.(status, body);
  };
  const read = createMessageReader({
    keepBody: true,
    onMessage({ head, body }) {
      const status = Number(head.slice(9, 12));
      if (/\r\nconnection: *close/i.test(head)) socket.destroy();
      else free.push(connection);
      end(status, body);
    },
  });
  socket.on('data', read);
  socket.on('error', () => undefined);
  socket.on('close', () => {
    const at = free.indexOf(connection);
    if (at !== -1) free.splice(at, 1);
    end(0, nothing);
  });
  return connection;
}

function messageOf(
  { query, variables = {}, headers = {} }: Asked,
  { path, numbered }: LoadOrder,
  index: number,
) {
  const all = numbered ? { ...variables, id: index } : variables;
  const body = JSON.stringify({ query, variables: all });
  const more = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\naccept: application/json\r\ncontent-type: application/json\r\n${more.join('')}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

interface ResultOnTheWire {
  readonly data?: unknown;
  readonly extensions?: { readonly degraded?: unknown };
  readonly errors?: readonly { readonly extensions?: { readonly code?: string } }[];
}

/** `atMs` from the start; timed from then, sent or not. */
function shoot(index: number, atMs: number, { order, startMs }: Started): Promise<Shot> {
  const asked = order.asked[index % order.asked.length] as Asked;
  const { tag } = asked;
  const connection = connectionFor(tag, order);
  return new Promise((resolve) => {
    connection.onAnswer = (status, body) => {
      const ms = performance.now() - startMs - atMs;
      const shot = { tag, atMs, ms, status, codes: [], hasData: false, isDegraded: false };
      if (status === 0) return resolve({ ...shot, codes: ['NO_RESPONSE'] });
      // Errors come first.
      if (!order.readBodies && body.toString('latin1', 0, 8) === '{"data":')
        return resolve({ ...shot, hasData: true });
      const { data, errors = [], extensions } = JSON.parse(body.toString()) as ResultOnTheWire;
      const codes = errors.map((error) => error.extensions?.code ?? '?');
      const isDegraded = extensions?.degraded !== undefined;
      resolve({ ...shot, codes, hasData: (data ?? null) !== null, isDegraded });
    };
    connection.socket.write(messageOf(asked, order, index));
  });
}

interface Started {
  readonly order: LoadOrder;
  readonly startMs: number;
}

/** At a fixed rate, whatever comes back. */
async function sendAtRate({ order, startMs }: Started, perSecond: number): Promise<Shot[]> {
  const shots: Promise<Shot>[] = [];
  const count = Math.floor((order.durationMs / 1000) * perSecond);
  while (shots.length < count) {
    const nowMs = performance.now() - startMs;
    for (let atMs = (shots.length / perSecond) * 1000; atMs <= nowMs && shots.length < count; ) {
      shots.push(shoot(shots.length, atMs, { order, startMs }));
      atMs = (shots.length / perSecond) * 1000;
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  return Promise.all(shots);
}

/** So many clients, each of which waits for its answer before it asks again. */
async function sendInTurn({ order, startMs }: Started, clients: number): Promise<Shot[]> {
  const shots: Shot[] = [];
  let index = 0;
  const ask = async (): Promise<void> => {
    for (let atMs = 0; atMs < order.durationMs; ) {
      atMs = performance.now() - startMs;
      shots.push(await shoot(index++, atMs, { order, startMs }));
    }
  };
  await Promise.all(Array.from({ length: clients }, ask));
  return shots;
}

process.on('message', (order: LoadOrder) => {
  // Both processes read the same wall clock, so that what is to happen meanwhile happens then.
  const startMs = performance.now() + order.startsAtMs - Date.now();
  setTimeout(
    () => {
      const { rate } = order;
      const sent =
        'clients' in rate
          ? sendInTurn({ order, startMs }, rate.clients)
          : sendAtRate({ order, startMs }, rate.perSecond);
      void sent.then((shots) => process.send?.(shots));
    },
    Math.max(0, startMs - performance.now()),
  );
});
process.on('disconnect', () => process.exit());
process.send?.('ready');
