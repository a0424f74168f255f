import { statSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../base/clock.ts';
import { startDevProcess } from './startDevProcess.ts';
import { watchSources } from './watchSources.ts';

/** A subgraph as `sluice dev` starts it. */
export interface DevSubgraph {
  readonly name: string;
  /** Where the gateway calls it. */
  readonly url: string;
  readonly command: string;
  /** Absolute path. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Whether it speaks gRPC, and cannot be asked over HTTP as we know it. */
  readonly isGrpc: boolean;
  /** Absolute path of its schema, where that is a file. */
  readonly schemaFile: string | null;
}

export interface DevSubgraphParts {
  /** The environment of this process. */
  readonly env: NodeJS.ProcessEnv;
  /** Where its lines go. */
  readonly say: (line: string) => void;
  readonly clock: Clock;
}

export interface DevRun {
  readonly subgraph: DevSubgraph;
  /** Resolves when it answers, has ended, or said that it does not answer in time. */
  answers(timeoutMs: number): Promise<void>;
  stop(): Promise<void>;
  /** Asks it to end and does not wait. */
  kill(): void;
}

const askEveryMs = 100;
const askTimeoutMs = 1_000;

/** Runs one subgraph: starts it again when its files change, also after it has ended by itself. */
export function startDevSubgraph(subgraph: DevSubgraph, { env, say, clock }: DevSubgraphParts): DevRun {
  const { name, url, command, cwd } = subgraph;
  const tell = (line: string): void => say(`${name.padEnd(12)} | ${line}`);
  const start = () =>
    startDevProcess({
      command,
      cwd,
      // Our own PORT is the gateway's: a subgraph that takes it from there would get in its way.
      env: { ...env, PORT: portOf(url), ...subgraph.env },
      onLine: tell,
      onEnd: (how) => tell(`ended by itself (${how}); it is started again when its files change`),
    });
  let process = start();
  let stopped = false;
  let turning: Promise<void> = Promise.resolve();
  const restart = async (): Promise<void> => {
    await process.stop();
    if (stopped) return;
    tell('its files changed: starting again');
    process = start();
  };
  const sources = watchSources(foldersOf(subgraph), () => {
    turning = turning.then(restart);
  });

  return {
    subgraph,
    async answers(timeoutMs) {
      const deadlineMs = clock.monotonicMs() + timeoutMs;
      while (process.running() && !stopped) {
        if (await (subgraph.isGrpc ? isListening(url) : isAnswering(url))) return;
        if (clock.monotonicMs() > deadlineMs) return tell(`does not answer at ${url} yet`);
        await sleep(askEveryMs);
      }
    },
    async stop() {
      stopped = true;
      await sources.close();
      await turning;
      await process.stop();
    },
    kill: () => process.kill(),
  };
}

/** Whatever it answers, it is there. */
async function isAnswering(url: string): Promise<boolean> {
  const headers = { 'content-type': 'application/json' };
  const body = '{"query":"{ __typename }"}';
  try {
    const signal = AbortSignal.timeout(askTimeoutMs);
    await (await fetch(url, { method: 'POST', headers, body, signal, redirect: 'manual' })).arrayBuffer();
    return true;
  } catch {
    return false; // not yet: whoever asks asks again
  }
}

function isListening(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: new URL(url).hostname, port: Number(portOf(url)) });
    const end = (isThere: boolean): void => {
      socket.destroy();
      resolve(isThere);
    };
    socket.setTimeout(askTimeoutMs, () => end(false));
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false)); // not yet: whoever asks asks again
  });
}

function portOf(url: string): string {
  const { port, protocol } = new URL(url);
  return port || (protocol === 'https:' ? '443' : '80');
}

/** The folders of the files that the command names, and of the schema. */
function foldersOf({ command, cwd, schemaFile }: DevSubgraph): readonly string[] {
  const named = command.split(/\s+/).map((word) => resolve(cwd, word));
  const files = named.filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile());
  return [...new Set([...files, ...(schemaFile === null ? [] : [schemaFile])].map((path) => dirname(path)))];
}
