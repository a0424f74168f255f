import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { argv, memoryUsage, stdout } from 'node:process';
import { buildSchema } from 'graphql';
import { analyticsOptions, createAnalytics } from '../../src/analytics/analytics.ts';
import { measureOperation } from '../../src/limits/limits.ts';
import { createStoreThread, storageOptions } from '../../src/storage/storage.ts';
import { createManualClock } from '../support/manualClock.ts';
import { askedOf, operationOf, outcomeOf, sessionOf } from '../support/outcomes.ts';
import { silentLog } from '../support/silentLog.ts';

/** Memory that is held after garbage was collected, and what the sums say. */
export interface FloodReport {
  /** Names that are all different, or all combinations of some. */
  readonly kind: 'names' | 'pairs';
  readonly heldBytes: readonly number[];
  readonly calls: number;
  readonly expectedCalls: number;
  readonly busyCalls: number;
  readonly operations: number;
  readonly clients: number;
  /** Of an operation and a client, in the sums. */
  readonly pairs: number;
}

// A script of its own: only here nothing else is on the heap. Run with --expose-gc.
const collect = (globalThis as { gc?: () => void }).gc;
if (!collect) throw new Error('Run with --expose-gc');
const names = Number(argv[2]);
const kind = argv[3] === 'pairs' ? 'pairs' : 'names';
const looks = 10;

const schema = buildSchema('type Query { a: Int b: Int }');
const clock = createManualClock();
const dir = await mkdtemp(join(tmpdir(), 'sluice-flood-'));
const analytics = createAnalytics(analyticsOptions.parse({}), {
  storage: storageOptions.parse({ url: `sqlite:${dir}`, dir }),
  storeThread: createStoreThread({ log: silentLog }),
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

const knownOperations = Array.from({ length: 1500 }, (_, index) => operationOf(`query Known${index} { a }`));

function askNew(index: number): void {
  const isPair = kind === 'pairs';
  const operation = isPair ? knownOperations[index % 1500] : operationOf(`query Flood${index} { a }`);
  const client = `client-${isPair ? (index * 7919) % 400 : index}`;
  const version = isPair ? '1' : `${index}`;
  const totalMs = 1 + ((index * 31) % 2000);
  const asked = [askedOf({ operation: operation ?? null })];
  analytics.record(outcomeOf({ asked, schema, session, client, version, totalMs }));
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
const { count: pairs } = await usage.totals({ ...all, kind: 'operationClient', by: ['one', 'two'] });
const { count: clients } = await usage.totals({ ...all, kind: 'client', by: ['one'] });
const shop = await usage.totals({ ...all, kind: 'client', by: ['one'], one: ['shop'] });
const report: FloodReport = {
  kind,
  heldBytes,
  expectedCalls: names + busyCalls,
  calls: rows.reduce((sum, { now }) => sum + now.calls, 0),
  busyCalls: (shop.rows[0]?.now.calls ?? 0) - busyCalls,
  operations: rows.length,
  clients,
  pairs,
};
await analytics.close();
await rm(dir, { recursive: true });
stdout.write(JSON.stringify(report));
