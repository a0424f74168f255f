import type { Worker } from 'node:worker_threads';
import { SluiceError } from '../base/errors.ts';
import { siblingModule } from '../base/siblingModule.ts';
import { type StartThread, startThread } from '../base/startThread.ts';
import type { Log } from '../model/log.ts';
import type { StoreCommand, StoreOpener, StoreReply } from './storeCommand.ts';

/** Methods of a store; each takes one question. */
export type Asked<Methods> = {
  readonly [Name in keyof Methods]: (question: never) => Promise<unknown>;
};

export interface OpenStore<Methods> {
  readonly store: Methods;
  close(): Promise<void>;
}

export interface StoreToOpen<Methods> {
  /** A function of the type `StoreOpening`. */
  readonly opener: StoreOpener;
  /** What the store is opened with; can be cloned. */
  readonly data: unknown;
  readonly methods: Readonly<Record<keyof Methods, true>>;
  /** What is kept, for messages: `usage`. */
  readonly what: string;
}

/**
 * Stores of parts in one thread: it is started when the first is asked something, anew when it fell over, and ends with the last of them.
 * Questions to one store come to it in their order; those to different ones do not wait for each other longer than for one statement.
 */
export interface StoreThread {
  open<Methods extends Asked<Methods>>(store: StoreToOpen<Methods>): OpenStore<Methods>;
}

interface Waiting {
  readonly store: number;
  resolve(answer: unknown): void;
  reject(failure: Error): void;
}

/** One run of the thread. */
interface Run {
  readonly thread: Worker;
  readonly waiting: Map<number, Waiting>;
  /** The stores it was told of. */
  readonly opened: Set<number>;
}

export interface StoreThreadParts {
  readonly log: Log;
  readonly startThread?: StartThread | undefined;
}

/** What SQLite does, it does at once: in a thread no request waits for that. A thread is 45 MB, so there is one. */
export function createStoreThread({ log, startThread: begin = startThread }: StoreThreadParts): StoreThread {
  const stores = new Map<number, Pick<StoreToOpen<object>, 'opener' | 'data' | 'what'>>();
  let current: Run | null = null;
  let lastId = 0;

  function start(): Run {
    const thread = begin(siblingModule(import.meta.url, 'storeWorker'));
    const run: Run = { thread, waiting: new Map(), opened: new Set() };
    thread.on('message', (reply: StoreReply) => onReply(run, reply));
    thread.on('error', (err) => log.error({ err }, 'The thread of the stores fell over'));
    thread.on('exit', () => {
      if (current === run) current = null;
      for (const { store, reject } of run.waiting.values()) reject(ended(stores.get(store)?.what));
      run.waiting.clear();
    });
    thread.unref();
    return run;
  }

  function onReply({ thread, waiting }: Run, reply: StoreReply): void {
    if (reply.kind === 'log') {
      log[reply.level](reply.fields, reply.message);
      return;
    }
    const asked = waiting.get(reply.id);
    waiting.delete(reply.id);
    if (waiting.size === 0) thread.unref();
    if (reply.kind === 'done') asked?.resolve(reply.answer);
    else asked?.reject(new SluiceError(reply.code, reply.message, { detail: reply.detail }));
  }

  function ask(store: number, method: string, question: unknown): Promise<unknown> {
    const told = stores.get(store);
    if (!told) return Promise.reject(ended());
    current ??= start();
    const { thread, waiting, opened } = current;
    const say = (command: StoreCommand): void => thread.postMessage(command);
    if (!opened.has(store)) {
      opened.add(store);
      const { module, name } = told.opener;
      say({ kind: 'open', store, module: module.href, name, data: told.data });
    }
    lastId += 1;
    const id = lastId;
    return new Promise((resolve, reject) => {
      waiting.set(id, { store, resolve, reject });
      // While somebody waits for it the process has to stay.
      thread.ref();
      say({ kind: 'ask', store, id, method, question });
    });
  }

  async function close(store: number): Promise<void> {
    if (!stores.delete(store) || !current) return;
    const { thread, waiting, opened } = current;
    for (const [id, each] of waiting) {
      if (each.store !== store) continue;
      waiting.delete(id);
      each.reject(ended());
    }
    if (waiting.size === 0) thread.unref();
    if (opened.delete(store)) thread.postMessage({ kind: 'close', store } satisfies StoreCommand);
    if (stores.size > 0) return;
    current = null;
    await thread.terminate();
  }

  return {
    open({ methods, ...told }) {
      lastId += 1;
      const id = lastId;
      stores.set(id, told);
      const asking = Object.keys(methods).map((method) => [
        method,
        (question: unknown) => ask(id, method, question),
      ]);
      return { store: Object.fromEntries(asking), close: () => close(id) };
    },
  };
}

function ended(what = 'this'): SluiceError {
  return new SluiceError('STORE_UNAVAILABLE', `The store of ${what} cannot be reached`);
}
