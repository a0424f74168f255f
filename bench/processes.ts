/** Starts what a run needs, each on its core: gateways on the first, subgraphs and load on the second. */
import { type ChildProcess, fork, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Gateway } from './gateways/gateways.ts';
import type { Issuer } from './issuer.ts';

export const root = fileURLToPath(new URL('..', import.meta.url));

export interface Cores {
  readonly gateway: number;
  readonly rest: number;
}

/** Two cores of those this process may use; null where nothing can be pinned, and then figures are rougher. */
export function chooseCores(): Cores | null {
  const list = /Cpus_allowed_list:\s*(\S+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '';
  const cores = list.split(',').flatMap((range) => {
    const [from = 0, to = from] = range.split('-').map(Number);
    return Array.from({ length: to - from + 1 }, (_, index) => from + index);
  });
  const [gateway, rest] = cores;
  if (gateway === undefined || rest === undefined) return null;
  return spawnSync('taskset', ['-c', String(gateway), 'true']).status === 0 ? { gateway, rest } : null;
}

/** A child that is spoken to over IPC; `ask` sends one message and waits for the reply. */
export interface Helper {
  readonly child: ChildProcess;
  ask<Reply>(message: object): Promise<Reply>;
  /** What it said when it was ready. */
  readonly first: unknown;
}

export async function startHelper(file: string, core: number | undefined): Promise<Helper> {
  const child = fork(join(root, 'bench', file), [], { ...pinnedFork(core), cwd: root, env: childEnv() });
  const reply = async (): Promise<unknown> => {
    const ended = new AbortController();
    const onExit = () => ended.abort(new Error(`${file} ended.`));
    child.once('exit', onExit);
    try {
      const [message] = await once(child, 'message', { signal: ended.signal });
      return message;
    } finally {
      child.off('exit', onExit);
    }
  };
  const first = await reply();
  return {
    child,
    first,
    async ask<Reply>(message: object): Promise<Reply> {
      child.send(message);
      return (await reply()) as Reply;
    },
  };
}

export interface RunningGateway {
  readonly gateway: Gateway;
  readonly child: ChildProcess;
  readonly pid: number;
  readonly port: number;
  /** Where its metrics are; null for one without a cache. */
  readonly adminPort: number | null;
  /** Header fields it is asked with. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Resolves when it answers an operation. What it prints goes to /dev/null, its errors to a file. */
export async function startGateway(
  gateway: Gateway,
  parts: {
    readonly supergraphFile: string;
    readonly folder: string;
    readonly core: number | undefined;
    readonly issuer: Issuer;
  },
): Promise<RunningGateway> {
  const port = await freePort();
  const adminPort = gateway.hasCache ? await freePort() : null;
  const errors = join(parts.folder, `${gateway.name}.log`);
  const nodeArgs = [...gateway.args({ supergraphFile: parts.supergraphFile, port })];
  const profile = process.env.SLUICE_BENCH_NODE_ARGS?.split(' ') ?? [];
  const command = [process.execPath, ...profile, ...nodeArgs];
  const [file = '', ...args] =
    parts.core === undefined ? command : ['taskset', '-c', String(parts.core), ...command];
  const child = spawn(file, args, {
    cwd: root,
    env: {
      ...childEnv(),
      ...gateway.env,
      PORT: String(port),
      ...(adminPort === null ? {} : { ADMIN_PORT: String(adminPort) }),
      SLUICE_BENCH_DIR: join(parts.folder, gateway.name),
      SLUICE_BENCH_ISSUER: parts.issuer.url,
    },
    stdio: [
      'ignore',
      openSync('/dev/null', 'w'),
      openSync(errors, 'w'),
      ...(gateway.isTaught ? ['ipc' as const] : []),
    ],
  });
  const headers: Record<string, string> = gateway.isSignedIn
    ? { authorization: `Bearer ${parts.issuer.token}` }
    : {};
  for (let tries = 0; tries < 600; tries += 1) {
    if (child.exitCode !== null || child.pid === undefined) break;
    if (await isOpen(port)) return { gateway, child, pid: child.pid, port, adminPort, headers };
    await wait(100);
  }
  child.kill();
  throw new Error(`${gateway.title} did not start:\n${readFileSync(errors, 'utf8').slice(0, 2000)}`);
}

export async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGINT');
  const late = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await ended;
  clearTimeout(late);
}

async function isOpen(port: number): Promise<boolean> {
  try {
    await fetch(`http://127.0.0.1:${port}/graphql`, { method: 'OPTIONS', signal: AbortSignal.timeout(1000) });
    return true;
  } catch {
    return false; // Nobody listens yet.
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}

function pinnedFork(core: number | undefined) {
  return core === undefined ? {} : { execPath: 'taskset', execArgv: ['-c', String(core), process.execPath] };
}

/** As in production, and with every report home that a gateway documents switched off. */
function childEnv(): NodeJS.ProcessEnv {
  const { APOLLO_KEY: _, HIVE_TARGET: __, NODE_OPTIONS: ___, ...env } = process.env;
  return { ...env, NODE_ENV: 'production', APOLLO_TELEMETRY_DISABLED: 'true', NODE_NO_WARNINGS: '1' };
}
