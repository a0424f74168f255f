import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { pin } from './pin.ts';

export interface Words {
  readonly port: number;
  /** Ids of the mutations it ran, in order. */
  readonly said: readonly number[];
  kill(): Promise<void>;
}

export async function startWords({
  port = 0,
  file: name = 'wordsSubgraph.ts',
  isPinned = false,
} = {}): Promise<Words> {
  const file = fileURLToPath(new URL(`./${name}`, import.meta.url));
  const child: ChildProcess = spawn(process.execPath, [file], {
    env: { PATH: process.env.PATH ?? '', PORT: String(port) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (isPinned) pin(child.pid, 'rest');
  const said: number[] = [];
  const { promise: ready, resolve } = Promise.withResolvers<number>();
  let rest = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    const lines = (rest + chunk.toString()).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line.startsWith('ready ')) resolve(Number(line.slice(6)));
      else said.push(Number(line));
    }
  });
  const exited = once(child, 'exit');
  return {
    port: await ready,
    said,
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}
