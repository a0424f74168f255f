import { argv, stdout } from 'node:process';
import { buildSchema } from 'graphql';
import { analyticsOptions, createAnalytics } from '../../src/analytics/analytics.ts';
import { createExplain, explainOptions } from '../../src/explain/explain.ts';
import { measureOperation } from '../../src/limits/limits.ts';
import { createStoreThread, storageOptions } from '../../src/storage/storage.ts';
import { createManualClock } from '../support/manualClock.ts';
import { askedOf, operationOf, outcomeOf, sessionOf } from '../support/outcomes.ts';
import { silentLog } from '../support/silentLog.ts';

/** What became of it, in a process whose files may not grow any more. */
export interface FullDiskReport {
  readonly thrown: number;
  readonly said: readonly string[];
  readonly lost: number;
}

// A script of its own: the bound is for the whole process, as `ulimit -f` sets it.
const dir = argv[2] ?? '';
const clock = createManualClock();
const said: string[] = [];
const note = (_fields: object, message: string): void => void said.push(message);
const parts = {
  storage: storageOptions.parse({ url: `sqlite:${dir}`, dir }),
  ...{ folder: dir, dir, clock, measure: measureOperation, random: Math.random },
  log: { ...silentLog, warn: note, error: note },
  storeThread: createStoreThread({ log: { ...silentLog, warn: note, error: note } }),
};
const analytics = createAnalytics(analyticsOptions.parse({}), parts);
const explain = createExplain(explainOptions.parse({}), parts);
const schema = buildSchema('type Query { a: Int }');
let thrown = 0;
for (let round = 0; round < 30; round += 1) {
  for (let index = 0; index < 500; index += 1) {
    const operation = operationOf(`query Q${index} { a }`);
    const asked = [askedOf({ operation, codes: ['SUBGRAPH_TIMEOUT'] })];
    try {
      const outcome = outcomeOf({
        asked,
        schema,
        session: sessionOf('acme'),
        requestId: `r${round}-${index}`,
      });
      analytics.record(outcome);
      explain.record(outcome);
    } catch {
      thrown += 1;
    }
  }
  clock.advance(20_000);
  await analytics.usage?.operation('ships').catch(() => null);
  await explain.explanations?.last(1).catch(() => null);
}
stdout.write(
  JSON.stringify({
    thrown,
    said: [...new Set(said)],
    lost: analytics.usage?.lost() ?? 0,
  } satisfies FullDiskReport),
);
process.exit(0);
