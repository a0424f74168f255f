import { Worker } from 'node:worker_threads';
import type { Clock } from '../base/clock.ts';
import { SluiceError } from '../base/errors.ts';
import { siblingModule } from '../base/siblingModule.ts';
import { heapLimits, watchHeap } from '../base/watchHeap.ts';
import type { Caller, CallSubgraph } from '../model/subgraphCall.ts';
import type { Supergraph } from '../model/supergraph.ts';
import type {
  AnsweredOperation,
  Comparison,
  ReferenceCommand,
  ReferenceReply,
  ReferenceSupergraph,
} from './referenceCommand.ts';

/** Of one comparison, the first of which builds Apollo's gateway. */
const maxMs = 30_000;
const maxHeapBytes = 512 * 1024 ** 2;

/**
 * The reference engine in a thread of its own, to compare answers with. It plans where it executes, so on the gateway's thread a single
 * document could stop traffic; here it is ended. Nothing is loaded before the first comparison.
 */
export interface ReferenceThread {
  /** One at a time. Rejects when it overran or fell over; `caller` is who calls to subgraphs are made for. */
  compare(answered: AnsweredOperation, caller: Caller): Promise<Comparison>;
  close(): Promise<void>;
}

export function createReferenceThread(parts: {
  readonly supergraph: Supergraph;
  readonly call: CallSubgraph;
  readonly clock: Clock;
}): ReferenceThread {
  const { supergraph, call, clock } = parts;
  let current: Worker | null = null;

  function start(): Worker {
    const { hash, sdl } = supergraph;
    const thread = new Worker(siblingModule(import.meta.url, 'referenceWorker'), {
      workerData: { hash, sdl } satisfies ReferenceSupergraph,
      resourceLimits: heapLimits(maxHeapBytes),
    });
    thread.unref();
    const forget = (): void => {
      if (current === thread) current = null;
    };
    // Also while nothing is asked of it: an error event without a listener would end the process.
    thread.on('error', forget).on('exit', forget);
    return thread;
  }

  async function answerCall(thread: Worker, { id, call: asked }: CallReply, caller: Caller): Promise<void> {
    const command: ReferenceCommand = await call({ ...asked, caller }).then(
      // What it was read from cannot be sent to another thread, and has no use there.
      ({ source: _, ...result }) => ({ kind: 'result', id, result }),
      (failure: unknown) => {
        const { code, message } = SluiceError.from(failure);
        return { kind: 'fault', id, code, message };
      },
    );
    thread.postMessage(command);
  }

  return {
    async compare(answered, caller) {
      current ??= start();
      const thread = current;
      const ended = new AbortController();
      const signal = AbortSignal.any([caller.signal, ended.signal]);
      const { promise, resolve, reject } = Promise.withResolvers<Comparison>();
      const onReply = (reply: ReferenceReply): void => {
        if (reply.kind === 'compared') resolve(reply.comparison);
        else if (reply.kind === 'failed') reject(new Error(reply.detail));
        else void answerCall(thread, reply, { ...caller, signal });
      };
      const onExit = (): void => reject(new Error('The reference thread ended'));
      thread.on('message', onReply).on('error', reject).on('exit', onExit);
      const timer = clock.after(maxMs, () => reject(overran(`${maxMs / 1000} s`)));
      const heap = watchHeap(thread, {
        clock,
        maxBytes: maxHeapBytes,
        onExceeded: () => reject(overran(`${maxHeapBytes / 1024 ** 2} MB`)),
      });
      thread.postMessage({ kind: 'compare', answered } satisfies ReferenceCommand);
      try {
        return await promise;
      } catch (failure) {
        await thread.terminate(); // What it still does is of no use any more.
        throw failure;
      } finally {
        timer.cancel();
        heap.stop();
        ended.abort();
        thread.off('message', onReply).off('error', reject).off('exit', onExit);
      }
    },
    async close() {
      await current?.terminate();
      current = null;
    },
  };
}

type CallReply = Extract<ReferenceReply, { kind: 'call' }>;

function overran(bound: string): Error {
  return new Error(`The reference engine needs more than ${bound} for this query`);
}
