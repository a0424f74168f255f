/**
 * The load: a process of its own, pinned to the core of the subgraphs. Each connection sends a request when the answer to its last
 * one is in. Reads no body, so that it takes less CPU than what it measures; answers are compared before and after a run.
 */
import { createConnection } from 'node:net';
import { createMessageReader } from './messageReader.ts';
import { processTimes } from './processTimes.ts';

export interface LoadRequest {
  readonly port: number;
  /** The process whose CPU time is counted. */
  readonly pid: number;
  readonly connections: number;
  readonly durationMs: number;
  /** At least so many requests, however long they take: a warm-up sends every body once. */
  readonly minRequests: number;
  readonly bodies: readonly string[];
  /** What is asked by GET instead of all that: paths with their query strings. */
  readonly targets?: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
}

export interface LoadReply {
  readonly requests: number;
  readonly elapsedMs: number;
  readonly cpuMs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly bytes: number;
  /** What was not a 200, each kind once. */
  readonly faults: readonly string[];
}

interface Run {
  readonly latencies: number[];
  readonly faults: Set<string>;
  bytes: number;
  sent: number;
  readonly mayGoOn: () => boolean;
}

async function runLoad(request: LoadRequest): Promise<LoadReply> {
  const { bodies, targets, headers } = request;
  const messages = targets?.map(getRequest) ?? bodies.map((body) => httpRequest(body, headers));
  const started = performance.now();
  const run: Run = {
    latencies: [],
    faults: new Set(),
    bytes: 0,
    sent: 0,
    mayGoOn: () => performance.now() - started < request.durationMs || run.sent < request.minRequests,
  };
  const cpuBefore = processTimes(request.pid);
  await Promise.all(
    Array.from({ length: request.connections }, () => runConnection(request.port, { messages, run })),
  );
  const elapsedMs = performance.now() - started;
  const cpuMs = processTimes(request.pid) - cpuBefore;
  const sorted = Float64Array.from(run.latencies).sort();
  return {
    requests: sorted.length,
    elapsedMs,
    cpuMs,
    p50Ms: sorted[Math.floor(sorted.length * 0.5)] ?? 0,
    p99Ms: sorted[Math.floor(sorted.length * 0.99)] ?? 0,
    bytes: run.bytes,
    faults: [...run.faults],
  };
}

function runConnection(port: number, parts: { messages: readonly Buffer[]; run: Run }): Promise<void> {
  const { messages, run } = parts;
  const socket = createConnection({ port, host: '127.0.0.1', noDelay: true });
  return new Promise((resolve) => {
    let sentAt = 0;
    const send = (): void => {
      const message = messages[run.sent % messages.length];
      if (!message || !run.mayGoOn()) {
        socket.end(resolve);
        return;
      }
      run.sent += 1;
      sentAt = performance.now();
      socket.write(message);
    };
    const read = createMessageReader({
      keepBody: false,
      onMessage({ head, bytes }) {
        run.latencies.push(performance.now() - sentAt);
        run.bytes += bytes;
        if (!head.startsWith('HTTP/1.1 200')) run.faults.add(head.slice(0, head.indexOf('\r')));
        send();
      },
    });
    socket.on('connect', send);
    socket.on('data', read);
    socket.on('error', (error) => run.faults.add(error.message));
    socket.on('close', () => {
      if (run.mayGoOn()) run.faults.add('connection closed by the gateway');
      resolve();
    });
  });
}

function getRequest(target: string): Buffer {
  return Buffer.from(`GET ${target} HTTP/1.1\r\nhost: 127.0.0.1\r\naccept: application/json\r\n\r\n`);
}

function httpRequest(body: string, headers: LoadRequest['headers']): Buffer {
  const bytes = Buffer.from(body);
  const head =
    'POST /graphql HTTP/1.1\r\nhost: 127.0.0.1\r\naccept: application/json\r\ncontent-type: application/json\r\n' +
    Object.entries(headers)
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join('') +
    `content-length: ${bytes.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), bytes]);
}

process.on('message', (request: LoadRequest) => {
  void runLoad(request).then((reply) => process.send?.(reply));
});
process.on('disconnect', () => process.exit());
process.send?.('ready');
