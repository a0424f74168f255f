import { join } from 'node:path';
import { buildSchema } from 'graphql';
import { analyticsOptions, createAnalytics } from '../../src/analytics/analytics.ts';
import { measureOperation } from '../../src/limits/limits.ts';
import { createStoreThread, storageOptions } from '../../src/storage/storage.ts';
import { createManualClock } from '../support/manualClock.ts';
import { askedOf, operationOf, outcomeOf, sessionOf } from '../support/outcomes.ts';
import { silentLog } from '../support/silentLog.ts';

export interface Seeded {
  readonly text: string;
  readonly subgraphs: readonly string[];
  /** Of so many requests a minute, at noon. */
  readonly perMinute: number;
  /** About how long it takes. */
  readonly ms: number;
}

export interface SeedOptions {
  readonly folder: string;
  readonly schema: string;
  readonly operations: readonly Seeded[];
  readonly clients: readonly (readonly [name: string, version: string, consumer: string | null])[];
  readonly minutes: number;
  /** How busy a minute is, before now; 1 is as the operations say. */
  readonly shape: (minutesAgo: number) => number;
}

const minuteMs = 60_000;

/** Writes usage of the past into the store of a gateway that will be started there, as the gateway itself would have. */
export async function seedUsage(options: SeedOptions): Promise<void> {
  const { folder, operations, clients, minutes, shape } = options;
  const clock = createManualClock();
  clock.jump(Date.now() - minutes * minuteMs - clock.wallMs());
  const dir = join(folder, '.sluice');
  const storage = storageOptions.parse({ url: `sqlite:${dir}`, dir });
  const storeThread = createStoreThread({ log: silentLog });
  const parts = { storage, storeThread, folder, dir, measure: measureOperation, clock, log: silentLog };
  const analytics = createAnalytics(analyticsOptions.parse({}), parts);
  const schema = buildSchema(options.schema);
  const known = operations.map((each) => ({ ...each, operation: operationOf(each.text) }));
  const draw = createDraws();
  for (let minute = 0; minute < minutes; minute += 1) {
    for (const { operation, subgraphs, perMinute, ms } of known) {
      const count = Math.round(perMinute * shape(minutes - minute) * (0.7 + draw() * 0.6) + draw() - 0.5);
      for (let at = 0; at < count; at += 1) {
        const [client = '', version = '', consumer = null] =
          clients[Math.floor(draw() ** 2 * clients.length)] ?? [];
        const totalMs = ms * Math.exp(((draw() + draw() + draw()) / 3 - 0.4) * 3);
        const codes = draw() < 0.006 ? ['SUBGRAPH_TIMEOUT'] : [];
        const calls = subgraphs.map((subgraph) =>
          callOf(subgraph, (totalMs * (0.3 + draw() * 0.5)) / 1, codes[0] ?? null),
        );
        const cost = 3 + Math.floor(draw() * 20);
        const asked = askedOf({ operation, calls, codes, cost: { estimated: cost * 2, measured: cost } });
        const session = consumer === null ? null : sessionOf(consumer, 'gold');
        analytics.record(
          outcomeOf({
            asked: [asked],
            schema,
            client,
            version,
            codes,
            totalMs,
            bytes: 400,
            ...(session && { session }),
          }),
        );
      }
    }
    clock.advance(minuteMs);
  }
  await analytics.close();
}

function callOf(subgraph: string, ms: number, code: string | null) {
  const sent = { startedAtMs: 0, bytes: 300, joined: false, instance: null, tries: 1 };
  return {
    subgraph,
    protocol: 'graphql',
    ms,
    code,
    ...sent,
    breaker: 'closed',
    cause: null,
    replaced: false,
  } as const;
}

/** The same draws each time, evenly between 0 and 1. */
function createDraws(): () => number {
  let state = 42;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}
