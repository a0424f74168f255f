import { Worker } from 'node:worker_threads';
import { SluiceError } from '../base/errors.ts';
import type { Log } from '../model/log.ts';
import type { StoreCommand, StoreReply } from './storeCommand.ts';

/** Methods of a store; each takes one question. */
export type Asked<Methods> = {
  readonly [Name in keyof Methods]: (question: never) => Promise<unknown>;
};

/** A part's store in a thread of its own: started when it is first asked, and anew when it fell over. */
export interface StoreThread<Methods> {
  readonly store: Methods;
  close(): Promise<void>;
}

export interface StoreThreadParts<Methods> {
  /** The worker's module; it calls `serveStore`. */
  readonly module: URL;
  /** What the store is opened with; can be cloned. */
  readonly data: unknown;
  readonly methods: Readonly<Record<keyof Methods, true>>;
  /** What is kept, for messages: `usage`. */
  readonly what: string;
  readonly log: Log;
}

interface Waiting {
  resolve(answer: unknown): void;
  reject(failure: Error): void;
}

/** What SQLite does, it does at once: in a thread no request waits for that. */
export function createStoreThread<Methods extends Asked<Methods>>(
  parts: StoreThreadParts<Methods>,
): StoreThread<Methods> {
  const { module, data, methods, what, log } = parts;
  const waiting = new Map<number, Waiting>();
  let current: Worker | null = null;
  let lastId = 0;
  let isClosed = false;

  const ended = () => new SluiceError('STORE_UNAVAILABLE', `The store of ${what} cannot be reached`);

  function start(): Worker {
    const thread = new Worker(module, { workerData: data });
    thread.on('message', onReply);
    thread.on('error', (failure) => log.error({ err: failure }, `The thread that keeps ${what} fell over`));
    thread.on('exit', () => {
      if (current === thread) current = null;
      for (const { reject } of waiting.values()) reject(ended());
      waiting.clear();
    });
    thread.unref();
    return thread;
  }

  function onReply(reply: StoreReply): void {
    if (reply.kind === 'log') {
      log[reply.level](reply.fields, reply.message);
      return;
    }
    const asked = waiting.get(reply.id);
    waiting.delete(reply.id);
    if (waiting.size === 0) current?.unref();
    if (reply.kind === 'done') asked?.resolve(reply.answer);
    else asked?.reject(new SluiceError(reply.code, reply.message, { detail: reply.detail }));
  }

  function ask(method: string, question: unknown): Promise<unknown> {
    if (isClosed) return Promise.reject(ended());
    current ??= start();
    const thread = current;
    lastId += 1;
    const id = lastId;
    return new Promise((resolve, reject) => {
      waiting.set(id, { resolve, reject });
      // While somebody waits for it the process has to stay.
      thread.ref();
      thread.postMessage({ id, method, question } satisfies StoreCommand);
    });
  }

  const asking = Object.keys(methods).map((method) => [method, (question: unknown) => ask(method, question)]);
  return {
    store: Object.fromEntries(asking) as Methods,
    async close() {
      isClosed = true;
      await current?.terminate();
      current = null;
    },
  };
}
