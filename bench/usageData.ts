import { type Kind, kinds } from '../src/analytics/kinds.ts';
import { LatencySketch } from '../src/analytics/latencySketch.ts';
import { dayMs, floorTo, hourMs, minuteMs } from '../src/analytics/period.ts';
import {
  measureColumns,
  type SumsTable,
  type UsageSums,
  type UsageTables,
} from '../src/analytics/usageTables.ts';
import { insertSums } from '../src/analytics/writeBatch.ts';
import type { PartTables } from '../src/storage/storage.ts';

const operations = 1000;
const clients = 200;
const days = 61;
const idOf = (operation: number): string => operation.toString(16).padStart(32, '0');

/** Rows of one span of time, by kind: about what a gateway has that a thousand operations are asked by two hundred clients. */
function rowsOf(startMs: number, part: number, table: SumsTable): UsageSums[] {
  const rows: UsageSums[] = [];
  const source = table === 'usage_minutes' ? 'bench.1' : '';
  const add = (kind: Kind, one: string, two = '', three = '') => {
    const seed = rows.length + startMs / minuteMs;
    const sums = Object.fromEntries(measureColumns.map((column, at) => [column, (seed * (at + 7)) % 1000]));
    rows.push({
      start_ms: startMs,
      kind,
      one,
      two,
      three,
      source,
      latency: sketches[seed % 200] ?? '',
      ...sums,
    } as UsageSums);
  };
  for (let operation = 0; operation < operations * part; operation += 1) {
    const id = idOf(operation);
    add('operation', id);
    add('operationGeneration', id, '3');
    for (let at = 0; at < 8 * part; at += 1)
      add('operationClient', id, `client-${(operation * 7 + at * 31) % clients}`, `1.${at % 3}`);
    for (let at = 0; at < 3 * part; at += 1)
      add('operationConsumer', id, `consumer-${(operation + at * 11) % 50}`);
    for (let at = 0; at < 4; at += 1) add('operationSubgraph', id, `subgraph-${(operation + at) % 10}`);
    if (operation % 5 === 0) add('operationCode', id, 'SUBGRAPH_TIMEOUT');
  }
  for (let client = 0; client < clients; client += 1)
    for (let version = 0; version < 3; version += 1) add('client', `client-${client}`, `1.${version}`);
  for (let consumer = 0; consumer < 50; consumer += 1) add('consumer', `consumer-${consumer}`, 'gold');
  for (let subgraph = 0; subgraph < 10; subgraph += 1) add('subgraph', `subgraph-${subgraph}`);
  for (const kind of ['status', 'region', 'caller', 'cost', 'addressMinute', 'addressSecond'] as const)
    add(kind, '');
  // By kind, as they are written: those that are read together are beside each other on a Postgres.
  return rows.sort((row, other) => kinds.indexOf(row.kind) - kinds.indexOf(other.kind));
}

/** Two hundred sketches of 300 times each, over three orders of magnitude. */
const sketches = Array.from({ length: 200 }, (_, seed) => {
  const sketch = new LatencySketch();
  for (let at = 0; at < 300; at += 1) sketch.add(Math.exp(((seed * 131 + at * 71) % 1000) / 145));
  return sketch.encode();
});

/** Sixty-one days, of which the ends of a month's question by the hour, and the last hour by the minute; gives how many rows that is. */
export async function fillUsage(
  { database, change }: PartTables<UsageTables>,
  nowMs: number,
): Promise<number> {
  let count = 0;
  const today = floorTo(dayMs, nowMs);
  const insert = async (table: SumsTable, startMs: number, part: number): Promise<void> => {
    const rows = rowsOf(startMs, part, table);
    count += rows.length;
    await change((transaction) => insertSums(transaction, table, rows));
  };
  for (let day = 1; day <= days; day += 1) await insert('usage_days', today - day * dayMs, 1);
  const hours = [30, 31, 0].flatMap((day) =>
    Array.from({ length: 24 }, (_, hour) => today - day * dayMs + hour * hourMs),
  );
  for (const startMs of hours.filter((ms) => ms < nowMs)) await insert('usage_hours', startMs, 0.5);
  for (let startMs = floorTo(hourMs, nowMs); startMs < nowMs; startMs += minuteMs)
    await insert('usage_minutes', startMs, 0.2);
  const seen = { first_seen_ms: today - days * dayMs, last_seen_ms: nowMs };
  for (let operation = 0; operation < operations; operation += 1) {
    const id = idOf(operation);
    const name = `Operation${operation}`;
    const text = `query ${name}{field${operation % 300}}`;
    const measures = { depth: 3, tokens: 40, aliases: 0, root_fields: 1, directives: 0 };
    await database
      .insertInto('usage_operations')
      .values({ id, name, kind: 'query', text, ...seen, ...measures })
      .execute();
    const coordinates = Array.from({ length: 20 }, (_, at) => `Query.field${(operation + at) % 300}`);
    await database
      .insertInto('usage_coordinates')
      .values(coordinates.map((coordinate) => ({ coordinate, operation: id, ...seen })))
      .execute();
  }
  const kept = [
    { level: 'minute' as const, from_ms: floorTo(hourMs, nowMs - 6 * hourMs) },
    { level: 'hour' as const, from_ms: today - 31 * dayMs },
  ];
  await database.insertInto('usage_kept').values(kept).execute();
  return count;
}
