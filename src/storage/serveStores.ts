import { inspect } from 'node:util';
import { parentPort } from 'node:worker_threads';
import { SluiceError } from '../base/errors.ts';
import type { Log } from '../model/log.ts';
import type { StoreCommand, StoreReply } from './storeCommand.ts';
import type { Asked, OpenStore } from './storeThread.ts';

type Of<Kind> = Extract<StoreCommand, { kind: Kind }>;
type AnyStore = OpenStore<Asked<Record<string, never>>>;

/** For the entry of the thread: opens the stores that `createStoreThread` names, and answers what it asks of them. */
export function serveStores(): void {
  const port = parentPort;
  if (!port) return;
  const say = (reply: StoreReply): void => port.postMessage(reply);
  const log = logTo(say);
  const stores = new Map<number, Promise<AnyStore>>();

  async function open({ module, name, data }: Of<'open'>): Promise<AnyStore> {
    const { [name]: opener } = (await import(module)) as Record<string, StoreOpening<unknown, never>>;
    if (!opener) throw new Error(`There is no ${name} in ${module}`);
    return opener(data, { log });
  }

  async function answer({ store, id, method, question }: Of<'ask'>): Promise<StoreReply> {
    try {
      const opened = await stores.get(store);
      const ask = opened?.store[method] as unknown as (question: unknown) => Promise<unknown>;
      return { kind: 'done', id, answer: await ask(question) };
    } catch (failure) {
      const { code, message, detail, cause } = SluiceError.from(failure);
      return { kind: 'refused', id, code, message, detail: inspect(detail ?? cause) };
    }
  }

  async function close({ store }: Of<'close'>): Promise<void> {
    const closing = stores.get(store);
    stores.delete(store);
    try {
      await (await closing)?.close();
    } catch (failure) {
      log.warn({ err: inspect(failure) }, 'A store could not be closed');
    }
  }

  port.on('message', (command: StoreCommand) => {
    if (command.kind === 'ask') void answer(command).then(say);
    else if (command.kind === 'close') void close(command);
    else {
      const opening = open(command);
      opening.catch(() => undefined); // Told to each who asks.
      stores.set(command.store, opening);
    }
  });
}

/** What a part's module exports for the thread. */
export type StoreOpening<Data, Methods extends Asked<Methods>> = (
  data: Data,
  parts: { readonly log: Log },
) => OpenStore<Methods>;

function logTo(say: (reply: StoreReply) => void): Log {
  const tell = (level: 'warn' | 'error') => (fields: object, message: string) =>
    say({ kind: 'log', level, fields: JSON.parse(JSON.stringify(fields)) as object, message });
  return { debug: () => undefined, info: () => undefined, warn: tell('warn'), error: tell('error') };
}
