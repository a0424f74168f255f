import { Worker } from 'node:worker_threads';
import { SluiceError } from '../base/errors.ts';
import { siblingModule } from '../base/siblingModule.ts';
import type { Log } from '../model/log.ts';
import type { UsageCommand, UsageReply, UsageThreadData } from './usageCommand.ts';
import type { UsageStore } from './usageStore.ts';

/** The store, in a thread of its own: started when it is first asked, and anew when it fell over. */
export interface UsageThread {
  readonly store: UsageStore;
  close(): Promise<void>;
}

interface Waiting {
  resolve(answer: unknown): void;
  reject(failure: Error): void;
}

/** The store's methods; each takes one question. */
const methods = {
  write: true,
  rollUp: true,
  purge: true,
  totals: true,
  series: true,
  operation: true,
  operations: true,
  coordinates: true,
  errors: true,
  field: true,
  recent: true,
} as const satisfies Record<keyof UsageStore, true>;

export function createUsageThread(data: UsageThreadData, { log }: { log: Log }): UsageThread {
  const waiting = new Map<number, Waiting>();
  let current: Worker | null = null;
  let lastId = 0;
  let isClosed = false;

  function start(): Worker {
    const thread = new Worker(siblingModule(import.meta.url, 'usageWorker'), { workerData: data });
    thread.on('message', onReply);
    thread.on('error', (failure) => log.error({ err: failure }, 'The thread that keeps usage fell over'));
    thread.on('exit', () => {
      if (current === thread) current = null;
      for (const { reject } of waiting.values()) reject(ended());
      waiting.clear();
    });
    thread.unref();
    return thread;
  }

  function onReply(reply: UsageReply): void {
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

  function ask(method: UsageCommand['method'], question: unknown): Promise<unknown> {
    if (isClosed) return Promise.reject(ended());
    current ??= start();
    const thread = current;
    lastId += 1;
    const id = lastId;
    return new Promise((resolve, reject) => {
      waiting.set(id, { resolve, reject });
      // While somebody waits for it the process has to stay.
      thread.ref();
      thread.postMessage({ id, method, question } satisfies UsageCommand);
    });
  }

  const asking = Object.keys(methods).map((method) => [
    method,
    (question: unknown) => ask(method as UsageCommand['method'], question),
  ]);
  return {
    store: Object.fromEntries(asking) as UsageStore,
    async close() {
      isClosed = true;
      await current?.terminate();
      current = null;
    },
  };
}

function ended(): SluiceError {
  return new SluiceError('STORE_UNAVAILABLE', 'The store of usage cannot be reached');
}
