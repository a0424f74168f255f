import { EventEmitter } from 'node:events';
import { type ResourceLimits, Worker } from 'node:worker_threads';
import type { StartThread } from '../../src/base/startThread.ts';

/** What threads are told, as far as this has to know it. */
interface Told {
  readonly kind?: string;
  readonly supergraphHash?: string;
}

interface Kept {
  readonly worker: Worker;
  /** How many have had it. */
  readonly lent: number;
}

type Idle = Map<string, Kept[]>;

/** Planners and stores of those before are on its heap. */
const maxLent = 20;
/** Of a kind; a test with ten gateways at once leaves no more threads than others. */
const maxIdle = 3;
const isAnswered = new Set(['load', 'plan', 'compose', 'compare', 'validate', 'verify', 'ask']);

/**
 * Threads for the gateways and registries of a jest process, one after the other: most of what starting one takes is loading the same
 * modules into the same threads. One that is at work when it is ended, or failed, is really ended, and a script that a test runs starts its own.
 */
export const lendThread: StartThread | undefined =
  'jest' in import.meta ? (entry, limits) => lend(entry, limits) : undefined;

/** Test files have their modules each for themselves, and Node's own in common. */
function idleThreads(): Idle {
  const place = Worker as unknown as { [idle]?: Idle };
  place[idle] ??= new Map();
  return place[idle];
}
const idle = Symbol.for('sluice.idleThreads');

function lend(entry: URL, limits: ResourceLimits | undefined): Worker {
  const name = `${entry.href} ${JSON.stringify(limits ?? null)}`;
  const kept = idleThreads().get(name) ?? [];
  idleThreads().set(name, kept);
  const { worker, lent } = kept.pop() ?? {
    worker: new Worker(entry, limits ? { resourceLimits: limits } : {}),
    lent: 0,
  };
  worker.ref();
  return new LentThread(worker, (isSound) => {
    if (!isSound || lent + 1 >= maxLent || kept.length >= maxIdle) return false;
    worker.unref();
    kept.push({ worker, lent: lent + 1 });
    return true;
  }) as unknown as Worker;
}

/** A thread as its borrower knows it: nothing of who had it before. */
class LentThread extends EventEmitter {
  readonly #worker: Worker;
  readonly #takeBack: (isSound: boolean) => boolean;
  readonly #loaded = new Set<string>();
  #unanswered = 0;
  #isOver = false;
  #hasFailed = false;

  constructor(worker: Worker, takeBack: (isSound: boolean) => boolean) {
    super();
    this.#worker = worker;
    this.#takeBack = takeBack;
    worker.on('message', this.#onMessage).on('error', this.#onError).on('exit', this.#onExit);
  }

  readonly #onMessage = (reply: Told): void => {
    if (reply.kind !== 'log') this.#unanswered -= 1;
    this.emit('message', reply);
  };
  readonly #onError = (failure: Error): void => {
    this.#hasFailed = true;
    this.emit('error', failure);
  };
  readonly #onExit = (code: number): void => {
    this.#isOver = true;
    this.emit('exit', code);
  };

  postMessage(told: Told): void {
    if (isAnswered.has(told.kind ?? '')) this.#unanswered += 1;
    if (told.kind === 'load' && told.supergraphHash) this.#loaded.add(told.supergraphHash);
    this.#worker.postMessage(told);
  }

  async terminate(): Promise<number> {
    if (this.#isOver) return 0;
    this.#isOver = true;
    this.#worker.off('message', this.#onMessage).off('error', this.#onError).off('exit', this.#onExit);
    for (const supergraphHash of this.#loaded) this.#worker.postMessage({ kind: 'forget', supergraphHash });
    if (!this.#takeBack(this.#unanswered === 0 && !this.#hasFailed)) await this.#worker.terminate();
    this.emit('exit', 1);
    return 1;
  }

  ref = (): void => this.#worker.ref();
  unref = (): void => this.#worker.unref();
  getHeapStatistics: Worker['getHeapStatistics'] = () => this.#worker.getHeapStatistics();
}
