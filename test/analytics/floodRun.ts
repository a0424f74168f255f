import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { argv, memoryUsage, stdout } from 'node:process';
import { buildSchema } from 'graphql';
import { analyticsOptions, createAnalytics } from '../../src/analytics/analytics.ts';
import { measureOperation } from '../../src/limits/limits.ts';
import { storageOptions } from '../../src/storage/storage.ts';
import { createManualClock } from '../support/manualClock.ts';
import { askedOf, operationOf, outcomeOf, sessionOf } from '../support/outcomes.ts';
import { silentLog } from '../support/silentLog.ts';

/** Memory that is held after garbage was collected, and what the sums say. */
export interface FloodReport {
  readonly heldBytes: readonly number[];
  readonly calls: number;
  readonly busyCalls: number;
  readonly operations: number;
  readonly clients: number;
}

// A script of its own: only here nothing else is on the heap. Run with --expose-gc.
const collect = (globalThis as { gc?: () => void }).gc;
if (!collect) throw new Error('Run with --expose-gc');
const names = Number(argv[2]);
const looks = 10;

const schema = buildSchema('type Query { a: Int b: Int }');
const clock = createManualClock();
const dir = await mkdtemp(join(tmpdir(), 'sluice-flood-'));
const analytics = createAnalytics(analyticsOptions.parse({}), {
  storage: storageOptions.parse({ url: `sqlite:${dir}`, dir }),
  folder: dir,
  dir,
  measure: measureOperation,
  clock,
  log: silentLog,
});
const { usage } = analytics;
if (!usage) throw new Error('It is switched off');
const fromMs = clock.wallMs();
const session = sessionOf('acme');
const busy = operationOf('query Busy { b }');
let busyCalls = 0;

function askBusy(): void {
  busyCalls += 1;
  analytics.record(outcomeOf({ asked: [askedOf({ operation: busy })], schema, session, client: 'shop' }));
}

function askNew(index: number): void {
  const operation = operationOf(`query Flood${index} { a }`);
  const client = `client-${index}`;
  analytics.record(
    outcomeOf({ asked: [askedOf({ operation })], schema, session, client, version: `${index}` }),
  );
}

async function held(): Promise<number> {
  for (let round = 0; round < 3; round += 1) {
    collect?.();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const { heapUsed, external } = memoryUsage();
  return heapUsed + external;
}

for (let index = 0; index < 10; index += 1) askBusy();
await usage.operation('written');
const heldBytes = [await held()];
for (let index = 0; index < names; index += 1) {
  askNew(index);
  if (index % 100 === 0) askBusy();
  // As fast as a gateway could be asked: ten thousand a second.
  if (index % 10_000 === 0) {
    clock.advance(1000);
    await new Promise((resolve) => setImmediate(resolve));
  }
  if (index % (names / looks) === names / looks - 1) heldBytes.push(await held());
}
const period = { fromMs, untilMs: clock.wallMs() + 60_000 };
const all = { period, order: 'calls', first: 1_000_000 } as const;
const { rows } = await usage.totals({ ...all, kind: 'operation', by: ['one'] });
const { count: clients } = await usage.totals({ ...all, kind: 'client', by: ['one'] });
const shop = await usage.totals({ ...all, kind: 'client', by: ['one'], one: ['shop'] });
const report: FloodReport = {
  heldBytes,
  calls: rows.reduce((sum, { now }) => sum + now.calls, 0),
  busyCalls: (shop.rows[0]?.now.calls ?? 0) - busyCalls,
  operations: rows.length,
  clients,
};
await analytics.close();
await rm(dir, { recursive: true });
stdout.write(JSON.stringify(report));
