import { inspect } from 'node:util';
import { parentPort, workerData } from 'node:worker_threads';
import { SluiceError } from '../base/errors.ts';
import type { Log } from '../model/log.ts';
import type { StoreCommand, StoreReply } from './storeCommand.ts';
import type { Asked } from './storeThread.ts';

/** For the entry of a worker: answers what `createStoreThread` asks from the store that `open` gives. Does nothing in the main thread. */
export function serveStore<Data, Methods extends Asked<Methods>>(
  open: (data: Data, parts: { readonly log: Log }) => Methods,
): void {
  const port = parentPort;
  if (!port) return;
  const say = (reply: StoreReply): void => port.postMessage(reply);
  const store = open(workerData as Data, { log: logTo(say) });

  async function answer({ id, method, question }: StoreCommand): Promise<StoreReply> {
    try {
      const ask = store[method as keyof Methods] as unknown as (question: unknown) => Promise<unknown>;
      return { kind: 'done', id, answer: await ask(question) };
    } catch (failure) {
      const { code, message, detail, cause } = SluiceError.from(failure);
      return { kind: 'refused', id, code, message, detail: inspect(detail ?? cause) };
    }
  }
  port.on('message', (command: StoreCommand) => {
    void answer(command).then(say);
  });
}

function logTo(say: (reply: StoreReply) => void): Log {
  const tell = (level: 'warn' | 'error') => (fields: object, message: string) =>
    say({ kind: 'log', level, fields: JSON.parse(JSON.stringify(fields)) as object, message });
  return { debug: () => undefined, info: () => undefined, warn: tell('warn'), error: tell('error') };
}
