import { inspect } from 'node:util';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { systemClock } from '../base/clock.ts';
import { SluiceError } from '../base/errors.ts';
import type { Log } from '../model/log.ts';
import { openStorage, tablesOf } from '../storage/storage.ts';
import type { UsageCommand, UsageReply, UsageThreadData } from './usageCommand.ts';
import { createUsageStore } from './usageStore.ts';
import { type UsageTables, usageMigrations } from './usageTables.ts';

/** Entry of the thread that has the store: what SQLite does, it does at once, and nobody else may wait for that. */
function serve(port: MessagePort, { storage: options, folder, ...means }: UsageThreadData): void {
  const say = (reply: UsageReply): void => port.postMessage(reply);
  const storage = openStorage(options, {
    folder,
    file: 'usage.db',
    clock: systemClock,
    log: logTo(say),
    migrations: [usageMigrations],
  });
  const store = createUsageStore(tablesOf<UsageTables>(storage, usageMigrations), means);

  async function answer({ id, method, question }: UsageCommand): Promise<UsageReply> {
    try {
      const ask = store[method] as (question: unknown) => Promise<unknown>;
      return { kind: 'done', id, answer: await ask(question) };
    } catch (failure) {
      const { code, message, detail, cause } = SluiceError.from(failure);
      return { kind: 'refused', id, code, message, detail: inspect(detail ?? cause) };
    }
  }
  port.on('message', (command: UsageCommand) => {
    void answer(command).then(say);
  });
}

function logTo(say: (reply: UsageReply) => void): Log {
  const tell = (level: 'warn' | 'error') => (fields: object, message: string) =>
    say({ kind: 'log', level, fields: JSON.parse(JSON.stringify(fields)) as object, message });
  return { debug: () => undefined, info: () => undefined, warn: tell('warn'), error: tell('error') };
}

if (parentPort) serve(parentPort, workerData as UsageThreadData);
