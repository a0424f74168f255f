import type { Worker } from 'node:worker_threads';
import type { Clock } from '../base/clock.ts';
import { siblingModule } from '../base/siblingModule.ts';
import { type StartThread, startThread } from '../base/startThread.ts';
import { heapLimits } from '../base/watchHeap.ts';
import { expectedReply } from './expectedReply.ts';
import { ended } from './overran.ts';
import type { PlanCommand, PlanReply } from './planCommand.ts';
import type { PlannedSupergraph, SupergraphFacts } from './queryPlan.ts';
import { type Bounds, replyOf } from './replyOf.ts';

/** Supergraphs whose planners the worker keeps: the one served and the one before it. */
const keptSupergraphs = 2;

export interface PlanThreadOptions {
  /** Milliseconds for the planner of a new supergraph. */
  readonly buildTimeout: number;
  /** Heap of the worker in bytes. */
  readonly memory: number;
}

export interface PlanThreadParts {
  readonly clock: Clock;
  readonly startThread?: StartThread | undefined;
  readonly onLoaded: (supergraphHash: string, facts: SupergraphFacts) => void;
}

/** The worker: started when it is needed, ended when it does not answer within its bounds or fell over, and started again. */
export interface PlanThread {
  has(supergraphHash: string): boolean;
  /** Has the planner of this supergraph built, unless it is there. */
  load(supergraph: PlannedSupergraph): Promise<void>;
  /** Asks for a plan on a supergraph that has been loaded. */
  ask(command: Extract<PlanCommand, { kind: 'plan' }>, bounds: Bounds): Promise<PlanReply>;
  /** The next step gets another one. */
  end(): Promise<void>;
}

interface PlanWorker {
  readonly thread: Worker;
  /** What it has planners for, least recently used first. */
  readonly loaded: Set<string>;
}

export function createPlanThread(
  options: PlanThreadOptions,
  { clock, startThread: begin = startThread, onLoaded }: PlanThreadParts,
): PlanThread {
  let current: PlanWorker | null = null;

  function start(): PlanWorker {
    const thread = begin(siblingModule(import.meta.url, 'planWorker'), heapLimits(options.memory));
    thread.unref();
    const worker: PlanWorker = { thread, loaded: new Set() };
    const forget = (): void => {
      if (current === worker) current = null;
    };
    // Also while nothing is asked of it: an error event without a listener would end the process.
    thread.on('error', forget).on('exit', forget);
    return worker;
  }

  /** Its exit makes the next step start another. */
  async function ask(worker: PlanWorker, command: PlanCommand, bounds: Bounds): Promise<PlanReply> {
    const { thread } = worker;
    thread.ref();
    try {
      return await replyOf(thread, command, { ...bounds, maxBytes: options.memory, clock });
    } catch (failure) {
      await thread.terminate();
      throw failure;
    } finally {
      thread.unref();
    }
  }

  function makeRoom(worker: PlanWorker): void {
    for (const old of worker.loaded) {
      if (worker.loaded.size < keptSupergraphs) break;
      worker.loaded.delete(old);
      worker.thread.postMessage({ kind: 'forget', supergraphHash: old } satisfies PlanCommand);
    }
  }

  async function load({ supergraphHash, supergraphSdl }: PlannedSupergraph): Promise<void> {
    current ??= start();
    const worker = current;
    if (!worker.loaded.delete(supergraphHash)) {
      makeRoom(worker);
      const command: PlanCommand = { kind: 'load', supergraphHash, supergraphSdl };
      const reply = await ask(worker, command, { timeoutMs: options.buildTimeout });
      onLoaded(supergraphHash, expectedReply(reply, 'loaded').facts);
    }
    worker.loaded.add(supergraphHash);
  }

  return {
    has: (supergraphHash) => current?.loaded.has(supergraphHash) ?? false,
    load,
    async ask(command, bounds) {
      // It may have ended since it was asked to load.
      if (!current?.loaded.has(command.supergraphHash)) throw ended();
      return await ask(current, command, bounds);
    },
    async end() {
      const ending = current;
      current = null;
      await ending?.thread.terminate();
    },
  };
}
