import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

export interface DevProcessOptions {
  readonly command: string;
  /** Absolute path. */
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** A line the process wrote. */
  readonly onLine: (line: string) => void;
  /** It ended without having been asked to; `how` is such as `exit code 1`. */
  readonly onEnd: (how: string) => void;
}

export interface DevProcess {
  running(): boolean;
  /** Asks it to end, and ends it when it does not. */
  stop(): Promise<void>;
  /** Asks it to end and does not wait. */
  kill(): void;
}

const stopGraceMs = 2_000;
/** A Ctrl-C reaches the children as well as us, and maybe them first: their end is only news if we are not told to end, too. */
const endNoticeMs = 100;

/**
 * Node children are tied to us by an IPC channel, which the system closes however we end: a gateway that was killed leaves no subgraph
 * behind that would keep its port.
 */
const endWithParent =
  'data:text/javascript,process.on("disconnect",()=>process.exit());process.channel?.unref()';

/** Starts a command in our process group, so that Ctrl-C in a terminal reaches it. */
export function startDevProcess({ command, cwd, env, onLine, onEnd }: DevProcessOptions): DevProcess {
  const child = spawnCommand(command, { cwd, env });
  const ended = Promise.withResolvers<void>();
  let stopping = false;
  let running = true;
  const end = (how: string): void => {
    if (!running) return;
    running = false;
    ended.resolve();
    setTimeout(() => stopping || onEnd(how), endNoticeMs).unref();
  };
  child.on('error', ({ message }) => end(message));
  child.on('exit', (code, signal) => end(signal ? `signal ${signal}` : `exit code ${code}`));
  for (const stream of [child.stdout, child.stderr]) if (stream) readLines(stream, onLine);

  return {
    running: () => running,
    async stop() {
      stopping = true;
      if (!running) return;
      child.kill('SIGTERM');
      const insist = setTimeout(() => child.kill('SIGKILL'), stopGraceMs);
      await ended.promise;
      clearTimeout(insist);
    },
    kill: () => void child.kill('SIGTERM'),
  };
}

/** Without a shell where the command is plain words: then it is the subgraph itself that we start and end, not a shell around it. */
function spawnCommand(command: string, { cwd, env }: { cwd: string; env: NodeJS.ProcessEnv }): ChildProcess {
  const [program = '', ...words] = command.trim().split(/ +/);
  const plain = /^[\w@%+:,./\\ =-]+$/.test(command) && !program.includes('=');
  if (plain && program === 'node') {
    const args = ['--import', endWithParent, ...words];
    return spawn(process.execPath, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  }
  const stdio: ['ignore', 'pipe', 'pipe'] = ['ignore', 'pipe', 'pipe'];
  // On Windows npm and its like are scripts, which only a shell can start.
  if (plain && process.platform !== 'win32') return spawn(program, words, { cwd, env, stdio });
  return spawn(command, { cwd, env, stdio, shell: true });
}

function readLines(stream: Readable, onLine: (line: string) => void): void {
  createInterface({ input: stream }).on('line', onLine);
}
