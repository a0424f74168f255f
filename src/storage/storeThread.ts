import { Worker } from 'node:worker_threads';
import { type ErrorCode, SluiceError } from '../base/errors.ts';
import type { Log } from '../model/log.ts';

/** What a store offers: each method takes one question that can be sent to a thread. */
export type Asked<Store> = { readonly [Method in keyof Store]: (question: never) => Promise<unknown> };

/** A store in a thread of its own: started when it is first asked, and anew when it fell over. */
export interface StoreThread<Store> {
  readonly store: Store;
  close(): Promise<void>;
}

export interface StoreThreadParts<Store> {
  /** The module that the thread runs; it calls `serveStore`. */
  readonly module: URL;
  readonly data: unknown;
  readonly methods: Readonly<Record<keyof Store, true>>;
  /** What is kept there, as messages have it. */
  readonly holds: string;
  readonly log: Log;
}

/** To the thread: a method of the store with what it is asked. */
export interface StoreCommand {
  readonly id: number;
  readonly method: string;
  readonly question: unknown;
}

/** From the thread. */
export type StoreReply =
  | { readonly kind: 'done'; readonly id: number; readonly answer: unknown }
  /** What the store or the question was at fault with. */
  | {
      readonly kind: 'refused';
      readonly id: number;
      readonly code: ErrorCode;
      readonly message: string;
      readonly detail: unknown;
    }
  | {
      readonly kind: 'log';
      readonly level: 'warn' | 'error';
      readonly fields: object;
      readonly message: string;
    };

interface Waiting {
  resolve(answer: unknown): void;
  reject(failure: Error): void;
}

export function createStoreThread<Store extends Asked<Store>>(
  parts: StoreThreadParts<Store>,
): StoreThread<Store> {
  const { module, data, methods, holds, log } = parts;
  const ended = () => new SluiceError('STORE_UNAVAILABLE', `The store of ${holds} cannot be reached`);
  const waiting = new Map<number, Waiting>();
  let current: Worker | null = null;
  let lastId = 0;
  let isClosed = false;

  function start(): Worker {
    const thread = new Worker(module, { workerData: data });
    thread.on('message', onReply);
    thread.on('error', (err) => log.error({ err }, `The thread that keeps ${holds} fell over`));
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
    store: Object.fromEntries(asking) as Store,
    async close() {
      isClosed = true;
      await current?.terminate();
      current = null;
    },
  };
}
