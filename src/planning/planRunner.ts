import { Worker } from 'node:worker_threads';
import type { Clock } from '../base/clock.ts';
import { SluiceError } from '../base/errors.ts';
import { siblingModule } from '../base/siblingModule.ts';
import { heapLimits, watchHeap } from '../base/watchHeap.ts';
import type { PlanCommand, PlanReply } from './planCommand.ts';
import type { PlanRequest, QueryPlan } from './queryPlan.ts';

/** Supergraphs whose planners the worker keeps: the one served and the one before it. */
const keptSupergraphs = 2;

export interface PlanRunnerOptions {
  /** Milliseconds for one document. */
  readonly timeout: number;
  /** Milliseconds for the planner of a new supergraph. */
  readonly buildTimeout: number;
  /** Heap of the worker in bytes. */
  readonly memory: number;
}

interface PlanWorker {
  readonly thread: Worker;
  /** What it has planners for, least recently used first. */
  readonly loaded: Set<string>;
}

export interface PlanRunner {
  /** One at a time: the caller waits for the outcome before it runs the next. */
  run(request: PlanRequest): Promise<QueryPlan>;
  close(): Promise<void>;
}

/** Owns the worker: starts it when it is needed, gives each step its deadline, replaces it when it overran or fell over. */
export function createPlanRunner(options: PlanRunnerOptions, { clock }: { clock: Clock }): PlanRunner {
  let current: PlanWorker | null = null;

  function start(): PlanWorker {
    const thread = new Worker(siblingModule(import.meta.url, 'planWorker'), {
      resourceLimits: heapLimits(options.memory),
    });
    thread.unref();
    const worker: PlanWorker = { thread, loaded: new Set() };
    const forget = (): void => {
      if (current === worker) current = null;
    };
    // Also while nothing is asked of it: an error event without a listener would end the process.
    thread.on('error', forget).on('exit', forget);
    return worker;
  }

  /** A worker that does not answer within its bounds is ended; its exit makes the next plan start another. */
  async function ask(worker: PlanWorker, command: PlanCommand, timeoutMs: number): Promise<PlanReply> {
    const { thread } = worker;
    thread.ref();
    try {
      return await replyOf(thread, command, { timeoutMs, maxBytes: options.memory, clock });
    } catch (failure) {
      await thread.terminate();
      throw failure;
    } finally {
      thread.unref();
    }
  }

  async function load(worker: PlanWorker, { supergraphHash, supergraphSdl }: PlanRequest): Promise<void> {
    if (worker.loaded.delete(supergraphHash)) {
      worker.loaded.add(supergraphHash);
      return;
    }
    for (const old of worker.loaded) {
      if (worker.loaded.size < keptSupergraphs) break;
      worker.loaded.delete(old);
      worker.thread.postMessage({ kind: 'forget', supergraphHash: old } satisfies PlanCommand);
    }
    planOf(await ask(worker, { kind: 'load', supergraphHash, supergraphSdl }, options.buildTimeout));
    worker.loaded.add(supergraphHash);
  }

  return {
    async run(request) {
      current ??= start();
      const worker = current;
      await load(worker, request);
      const { supergraphHash, document, operationName } = request;
      const reply = await ask(
        worker,
        { kind: 'plan', supergraphHash, document, operationName },
        options.timeout,
      );
      const result = planOf(reply);
      if (!result) throw new Error('The planning worker answered a plan with something else');
      return result;
    },
    async close() {
      await current?.thread.terminate();
      current = null;
    },
  };
}

/** Sends one command and waits for its reply, for so long and for so much memory. */
async function replyOf(
  thread: Worker,
  command: PlanCommand,
  { timeoutMs, maxBytes, clock }: { timeoutMs: number; maxBytes: number; clock: Clock },
): Promise<PlanReply> {
  const { promise, resolve, reject } = Promise.withResolvers<PlanReply>();
  const onError = (failure: Error): void => reject(fallen(command, failure, maxBytes));
  const onExit = (): void =>
    reject(new SluiceError('DRAINING', 'Planning ended while this operation was planned.'));
  thread.on('message', resolve).on('error', onError).on('exit', onExit);
  const timer = clock.after(timeoutMs, () => reject(overran(command, `${timeoutMs} ms`)));
  const heap = watchHeap(thread, {
    clock,
    maxBytes,
    onExceeded: () => reject(tookTooMuch(command, maxBytes)),
  });
  thread.postMessage(command);
  try {
    return await promise;
  } finally {
    timer.cancel();
    heap.stop();
    thread.off('message', resolve).off('error', onError).off('exit', onExit);
  }
}

function planOf(reply: PlanReply): QueryPlan | null {
  if (reply.kind === 'planned') return reply.result;
  if (reply.kind === 'loaded') return null;
  if (reply.kind === 'refused')
    throw new SluiceError(
      reply.code,
      reply.message,
      reply.locations.length > 0 ? { extensions: { locations: reply.locations } } : {},
    );
  throw new SluiceError('INTERNAL_SERVER_ERROR', 'Internal server error', { detail: reply.detail });
}

/** The supergraph's name is no secret, the document is its author's: the message names neither. */
function overran(command: PlanCommand, bound: string): SluiceError {
  const work = command.kind === 'load' ? 'The planner of this supergraph was not built' : 'No plan was found';
  return new SluiceError(
    'QUERY_PLANNING_TIMEOUT',
    `${work} within ${bound}: ask for less in one operation, or in several.`,
  );
}

function tookTooMuch(command: PlanCommand, maxBytes: number): SluiceError {
  return overran(command, `${Math.round(maxBytes / 1024 ** 2)} MB of memory`);
}

function fallen(command: PlanCommand, failure: Error, maxBytes: number): SluiceError {
  if ('code' in failure && failure.code === 'ERR_WORKER_OUT_OF_MEMORY') return tookTooMuch(command, maxBytes);
  return SluiceError.from(failure);
}
