import type { Worker } from 'node:worker_threads';
import type { Clock, Timer } from '../base/clock.ts';
import { SluiceError } from '../base/errors.ts';
import { siblingModule } from '../base/siblingModule.ts';
import { type StartThread, startThread } from '../base/startThread.ts';
import { heapLimits, watchHeap } from '../base/watchHeap.ts';
import type { SchemaChange } from '../model/registry.ts';
import type { ComposeJob, ComposeMember, ComposeReply, Composition, HashedSdl } from './composeJob.ts';
import { createTurns } from './turns.ts';

/** Callers that may wait for the worker; more than that is a flood and not work. */
const maxWaiting = 1000;

export interface ComposerOptions {
  /** Milliseconds for one job. */
  readonly timeout: number;
  /** Heap of the worker in bytes. */
  readonly memory: number;
  /** Milliseconds without a job after which the worker is ended, to give its memory back. */
  readonly idle: number;
}

/**
 * Composes in a worker thread, one job after the other, so that the event loop never waits for it. A job that overruns its time or
 * memory is refused with COMPOSITION_FAILED and costs the worker; the next job gets a new one.
 */
export interface Composer {
  compose(members: readonly ComposeMember[], before: HashedSdl | null): Promise<Composition>;
  compare(before: HashedSdl, after: HashedSdl): Promise<readonly SchemaChange[]>;
  /** What a change makes wrong with each of these operations. */
  faultsOf(
    operations: readonly string[],
    change: { readonly before: HashedSdl; readonly after: HashedSdl },
  ): Promise<readonly (readonly string[])[]>;
  /** Why this cannot be served as a supergraph, in words that follow its name; null when it can. */
  faultOf(sdl: string): Promise<string | null>;
  /** Ends the worker; whoever still waits gets DRAINING. */
  close(): Promise<void>;
}

export interface ComposerParts {
  readonly clock: Clock;
  readonly startThread?: StartThread | undefined;
}

export function createComposer(
  options: ComposerOptions,
  { clock, startThread: begin = startThread }: ComposerParts,
): Composer {
  let thread: Worker | null = null;
  let idling: Timer | null = null;
  let isClosed = false;
  let waiting = 0;
  const turns = createTurns();

  function start(): Worker {
    const started = begin(siblingModule(import.meta.url, 'composeWorker'), heapLimits(options.memory));
    const forget = (): void => {
      if (thread === started) thread = null;
    };
    // Also while nothing is asked of it: an error event without a listener would end the process.
    started.on('error', forget).on('exit', forget);
    return started;
  }

  async function endThread(): Promise<void> {
    const ending = thread;
    thread = null;
    await ending?.terminate();
  }

  async function run(job: ComposeJob): Promise<ComposeReply> {
    if (isClosed) throw ended();
    idling?.cancel();
    thread ??= start();
    const used = thread;
    used.ref();
    try {
      return await replyOf(used, job, { clock, options });
    } catch (failure) {
      await endThread();
      throw failure;
    } finally {
      used.unref();
      if (!isClosed) idling = clock.after(options.idle, () => void endThread());
    }
  }

  /** The reply of a kind; another one is a fault of ours. */
  async function ask<Kind extends ComposeReply['kind']>(
    kind: Kind,
    job: ComposeJob,
  ): Promise<Extract<ComposeReply, { kind: Kind }>> {
    if (waiting >= maxWaiting)
      throw new SluiceError('OVERLOADED', 'Too many compositions are waiting already');
    waiting += 1;
    try {
      const reply = await turns.take(() => run(job));
      if (reply.kind === 'failed') throw new Error('Composition failed by itself', { cause: reply.detail });
      if (reply.kind !== kind) throw unexpected(reply);
      return reply as Extract<ComposeReply, { kind: Kind }>;
    } finally {
      waiting -= 1;
    }
  }

  return {
    compose: async (members, before) =>
      (await ask('composed', { kind: 'compose', members, before })).composition,
    compare: async (before, after) => (await ask('compared', { kind: 'compare', before, after })).changes,
    faultsOf: async (operations, { before, after }) =>
      (await ask('validated', { kind: 'validate', before, after, operations })).faults,
    faultOf: async (sdl) => (await ask('verified', { kind: 'verify', sdl })).fault,
    async close() {
      isClosed = true;
      idling?.cancel();
      await endThread();
    },
  };
}

function replyOf(
  thread: Worker,
  job: ComposeJob,
  { clock, options }: { clock: Clock; options: ComposerOptions },
): Promise<ComposeReply> {
  const { promise, resolve, reject } = Promise.withResolvers<ComposeReply>();
  const onError = (failure: Error): void =>
    reject(isOutOfMemory(failure) ? tookTooMuch(options.memory) : failure);
  const onExit = (): void => reject(ended());
  thread.on('message', resolve).on('error', onError).on('exit', onExit);
  const timer = clock.after(options.timeout, () =>
    reject(overran(`longer than ${options.timeout / 1000} s`)),
  );
  const watch = watchHeap(thread, {
    clock,
    maxBytes: options.memory,
    onExceeded: () => reject(tookTooMuch(options.memory)),
  });
  thread.postMessage(job);
  return promise.finally(() => {
    timer.cancel();
    watch.stop();
    thread.off('message', resolve).off('error', onError).off('exit', onExit);
  });
}

function isOutOfMemory(failure: Error): boolean {
  return 'code' in failure && failure.code === 'ERR_WORKER_OUT_OF_MEMORY';
}

function tookTooMuch(memory: number): SluiceError {
  return overran(`more memory than ${Math.round(memory / 1024 ** 2)} MB`);
}

function overran(what: string): SluiceError {
  return new SluiceError('COMPOSITION_FAILED', `Composition was ended: it took ${what}`);
}

function ended(): SluiceError {
  return new SluiceError('DRAINING', 'Composition was ended: the gateway is going away');
}

function unexpected(reply: ComposeReply): Error {
  return new Error(`The composition worker answered something else: ${reply.kind}`);
}
