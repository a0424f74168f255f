import { once } from 'node:events';
import { flushCompileCache } from 'node:module';
import { createInterface } from 'node:readline';
import { systemClock } from '../../src/base/clock.ts';
import { createRegistry, registryMigrations, registryOptions } from '../../src/registry/registry.ts';
import { openStorage, storageOptions } from '../../src/storage/storage.ts';
import { edition, recordingLog } from './registryFixture.ts';

/**
 * A process of its own that publishes edition after edition until it is killed: `publishLoop.ts FOLDER URL`. It touches nothing before it
 * is told on its standard input which edition is the first, and says `begun N` before and `done N VERSION CHANGED` after each.
 */
const [dir = '', url = ''] = process.argv.slice(2);
const [first] = (await once(createInterface({ input: process.stdin }), 'line')) as [string];
const { log } = recordingLog();
flushCompileCache(); // Those that are killed leave none at their end.
const clock = systemClock;
const storage = openStorage(storageOptions.parse({ url, dir }), {
  clock,
  log,
  migrations: [registryMigrations],
});
const registry = await createRegistry(registryOptions.parse({}), { storage, dir, clock, log });
for (let number = Number(first); ; number += 1) {
  process.stdout.write(`begun ${number}\n`);
  const terms = { author: 'loop', idempotencyKey: `edition ${number}` };
  const { version, changed } = await registry.publish([edition('cities', number)], terms);
  process.stdout.write(`done ${number} ${version} ${changed}\n`);
}
