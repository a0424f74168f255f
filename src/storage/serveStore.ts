import { inspect } from 'node:util';
import type { MessagePort } from 'node:worker_threads';
import { SluiceError } from '../base/errors.ts';
import type { Log } from '../model/log.ts';
import type { Asked, StoreCommand, StoreReply } from './storeThread.ts';

/** The other side of `createStoreThread`: what SQLite does, it does at once, and nobody else may wait for that. */
export function serveStore<Store extends Asked<Store>>(
  port: MessagePort,
  openStore: (log: Log) => Store,
): void {
  const say = (reply: StoreReply): void => port.postMessage(reply);
  const store: Readonly<Record<string, unknown>> = { ...openStore(logTo(say)) };

  async function answer({ id, method, question }: StoreCommand): Promise<StoreReply> {
    try {
      const ask = store[method] as (question: unknown) => Promise<unknown>;
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
