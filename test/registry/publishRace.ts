import { createInterface } from 'node:readline';
import { systemClock as clock } from '../../src/base/clock.ts';
import { SluiceError } from '../../src/base/errors.ts';
import { createRegistry, registryMigrations, registryOptions } from '../../src/registry/registry.ts';
import { openStorage, storageOptions } from '../../src/storage/storage.ts';
import { edition, recordingLog } from './registryFixture.ts';

/**
 * A process of its own that publishes many things at once: `publishRace.ts FOLDER URL FIRST COUNT`, editions FIRST and on. It says
 * `ready`, and for each line on its standard input publishes: `one` so many editions of the subgraph cities, based on version 1, or
 * `many` so many subgraphs. It answers with the codes and versions as a list in JSON, and ends with its input.
 */
const [dir = '', url = '', first = '', count = ''] = process.argv.slice(2);
const { log } = recordingLog();
const storage = openStorage(storageOptions.parse({ url, dir }), {
  clock,
  log,
  migrations: [registryMigrations],
});
const registry = await createRegistry(registryOptions.parse({}), { storage, dir, clock, log });
process.stdout.write('ready\n');
for await (const line of createInterface({ input: process.stdin })) {
  const outcomes = Array.from({ length: Number(count) }, async (_, index) => {
    const number = Number(first) + index;
    try {
      const { version } = await (line === 'one'
        ? registry.publish([edition('cities', number)], { author: 'ann', base: 1 })
        : registry.publish([edition(`s${number}`, 0)], { author: 'ann' }));
      return version;
    } catch (refusal) {
      return SluiceError.from(refusal).code;
    }
  });
  process.stdout.write(`${JSON.stringify(await Promise.all(outcomes))}\n`);
}
await registry.close();
await storage.close();
