import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const bin = fileURLToPath(new URL('../../bin/sluice.js', import.meta.url));

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** Where it runs; a folder without supergraph.yaml when not given. */
  readonly cwd?: string;
  readonly env?: Record<string, string>;
  readonly input?: string;
}

/** A command that goes on until it is told to end. */
export interface Running {
  readonly child: ChildProcess;
  readonly stdout: () => string;
  readonly stderr: () => string;
  readonly ended: Promise<Ended>;
  /** Resolves when the text is in its output; fails when it ends before. */
  says(text: string | RegExp): Promise<void>;
}

/** Starts `sluice` as people do, without what this process has in its environment for it. */
export function startSluice(
  args: readonly string[],
  { cwd = tmpdir(), env = {}, input = '' }: RunOptions = {},
): Running {
  const { PATH = '' } = process.env;
  const child = spawn(process.execPath, [bin, ...args], { cwd, env: { PATH, USER: 'ann', ...env } });
  let stdout = '';
  let stderr = '';
  const looks = new Set<() => void>();
  const take = (add: (text: string) => void) => (chunk: Buffer) => {
    add(chunk.toString());
    for (const look of looks) look();
  };
  child.stdout.on(
    'data',
    take((text) => (stdout += text)),
  );
  child.stderr.on(
    'data',
    take((text) => (stderr += text)),
  );
  child.stdin.end(input);
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (status) => resolve({ status, stdout, stderr }));
  });
  return {
    child,
    stdout: () => stdout,
    stderr: () => stderr,
    ended,
    async says(text) {
      const said = new Promise<void>((resolve) => {
        const look = () => {
          const all = stdout + stderr;
          if (typeof text === 'string' ? all.includes(text) : text.test(all)) resolve();
        };
        looks.add(look);
        look();
      });
      const early = ended.then(() => {
        throw new Error(`It ended before it said ${text}:\n${stdout}${stderr}`);
      });
      await Promise.race([said, early]);
    },
  };
}

/** Runs `sluice` to its end. */
export function sluice(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  return startSluice(args, options).ended;
}

export interface Folder {
  readonly path: string;
  write(name: string, content: string): Promise<string>;
  remove(): Promise<void>;
}

export async function temporaryFolder(): Promise<Folder> {
  const path = await mkdtemp(join(tmpdir(), 'sluice-cli-'));
  return {
    path,
    async write(name, content) {
      await writeFile(join(path, name), content);
      return join(path, name);
    },
    remove: () => rm(path, { recursive: true, force: true }),
  };
}

/**
 * A port that nobody listens on, below those that the system gives to who asks for any (from 32768 on), so that no other test gets it
 * before it is used.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 10_000 + Math.floor(Math.random() * 20_000);
    if (await isFree(port)) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}
