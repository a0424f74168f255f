import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import type { Clock } from '../../src/base/clock.ts';
import type { Random } from '../../src/base/random.ts';
import { loadSettings, settingsSections } from '../../src/config/config.ts';
import { type Gateway, type GatewayOptions, startGateway } from '../../src/gateway.ts';
import { createLog } from '../../src/observability/observability.ts';
import { lendThread } from './lendThread.ts';
import type { TestSubgraph } from './startSubgraph.ts';

export interface TestGateway extends Gateway {
  /** The temporary folder with supergraph.yaml, the schemas and the store. */
  readonly folder: string;
  /** Everything logged so far, a JSON line each. */
  readonly logged: () => Record<string, unknown>[];
  readonly logText: () => string;
  /** POSTs an operation as most clients do. */
  query(
    query: string,
    more?: { variables?: object; operationName?: string; headers?: Record<string, string> },
  ): Promise<{
    status: number;
    headers: Headers;
    body: {
      data?: unknown;
      errors?: { message: string; path?: unknown[]; extensions: Record<string, unknown> }[];
    };
  }>;
}

type ListedSubgraph = Pick<TestSubgraph, 'name' | 'url' | 'sdl'> & {
  /** As supergraph.yaml lists them. */
  readonly instances?: readonly unknown[];
};

interface TestGatewayOptions {
  readonly subgraphs?: readonly ListedSubgraph[];
  /** Sections of supergraph.yaml, over those a test needs. */
  readonly settings?: Record<string, unknown>;
  readonly mode?: 'serve' | 'dev';
  readonly supergraph?: string;
  readonly clock?: Clock;
  readonly identity?: NonNullable<GatewayOptions['identity']>;
  readonly random?: Random;
  /** Its threads are new, as in a process of its own; for what depends on how long they take (default: those that others have had). */
  readonly ownThreads?: boolean;
  /** A folder of an earlier gateway, to start from what it left; `stop` leaves it there. */
  readonly folder?: string;
}

/** A whole gateway in this process on free ports, over a store in a temporary folder. */
export async function startTestGateway(options: TestGatewayOptions = {}): Promise<TestGateway> {
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'sluice-')));
  const loaded = await writeSettings(folder, options);
  const { log, lines, text } = recordedLog(loaded.settings.observability.log.level);
  const gateway = await startGateway(loaded, {
    mode: options.mode ?? 'serve',
    log,
    ...(lendThread === undefined || options.ownThreads ? {} : { startThread: lendThread }),
    ...(options.supergraph === undefined ? {} : { supergraph: options.supergraph }),
    ...(options.clock === undefined ? {} : { clock: options.clock }),
    ...(options.identity === undefined ? {} : { identity: options.identity }),
    ...(options.random === undefined ? {} : { random: options.random }),
  });
  if ((options.subgraphs ?? []).length > 0 || options.supergraph !== undefined) await servedBy(gateway, text);
  return {
    ...gateway,
    folder,
    logged: lines,
    logText: text,
    async query(query, { headers = {}, ...more } = {}) {
      const response = await fetch(gateway.endpoint, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ query, ...more }),
      });
      return { status: response.status, headers: response.headers, body: (await response.json()) as never };
    },
    async stop(stopping = { delayMs: 0 }) {
      await gateway.stop(stopping);
      if (options.folder === undefined) await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A gateway that never comes to serve fails its test with its log, and is not left running. */
async function servedBy(gateway: Gateway, logText: () => string): Promise<void> {
  const tooLong = AbortSignal.timeout(90_000);
  const late = new Promise<never>((_, reject) => {
    tooLong.addEventListener('abort', () => reject(new Error(`The gateway does not serve:\n${logText()}`)));
  });
  try {
    await Promise.race([gateway.ready(), late]);
  } catch (failure) {
    await gateway.stop({ delayMs: 0 });
    throw failure;
  }
}

/** Writes supergraph.yaml and the schemas, and reads them as the command line would. */
export async function writeSettings(folder: string, { subgraphs = [], settings = {} }: TestGatewayOptions) {
  const listed: Record<string, unknown> = {};
  await mkdir(join(folder, 'schemas'), { recursive: true });
  for (const { name, url, sdl, instances = [] } of subgraphs) {
    const file = `schemas/${name}.graphql`;
    await writeFile(join(folder, file), sdl);
    listed[name] = { routing_url: url, instances, schema: { file } };
  }
  const file = join(folder, 'supergraph.yaml');
  const server = { port: 0, host: '127.0.0.1', ...(settings.server as object | undefined) };
  const admin = { port: 0, ...(settings.admin as object | undefined) };
  // The test is at work in the same process: that it is busy, and how long requests take, says nothing of the gateway.
  const limits = { overload: { mode: 'off' }, ...(settings.limits as object | undefined) };
  // JSON is YAML.
  await writeFile(file, JSON.stringify({ subgraphs: listed, ...settings, limits, server, admin }));
  return loadSettings({ file, env: {}, sections: settingsSections });
}

function recordedLog(level: LogLevel) {
  const sink = new PassThrough();
  let text = '';
  const lines: Record<string, unknown>[] = [];
  let parsed = 0;
  sink.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  const log = createLog({ level, format: 'json', access: true }, { destination: sink });
  return {
    log,
    text: () => text,
    lines() {
      // Only what came since: tests ask again and again until what they wait for is there.
      const end = text.lastIndexOf('\n') + 1;
      for (const line of text.slice(parsed, end).split('\n')) {
        if (line !== '') lines.push(JSON.parse(line));
      }
      parsed = Math.max(parsed, end);
      return [...lines];
    },
  };
}

type LogLevel = Parameters<typeof createLog>[0]['level'];
