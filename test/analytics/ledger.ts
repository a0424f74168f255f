import type { GraphQLSchema } from 'graphql';
import type { Outcome } from '../../src/model/outcome.ts';
import type { CallFact } from '../../src/model/subgraphCall.ts';
import { askedOf, operationOf, outcomeOf, sessionOf } from '../support/outcomes.ts';

/** One operation as its generator wrote it down. */
export interface LedgerEntry {
  readonly operation: string;
  /** Name and version. */
  readonly client: string;
  readonly consumer: string;
  readonly ms: number;
  readonly bytes: number;
  readonly calls: number;
  readonly estimated: number;
  readonly measured: number;
  readonly isError: boolean;
  readonly isRefused: boolean;
  readonly isGone: boolean;
  readonly isJoined: boolean;
  /** Of the cache; null where nothing is kept. */
  readonly cached: { readonly hits: number; readonly misses: number; readonly stale: number } | null;
  /** Tries beyond the first of its calls, and those that something stood in for. */
  readonly retries: number;
  readonly replaced: number;
}

/** What is written down of the calls to a subgraph. */
export interface CallsEntry {
  readonly calls: number;
  readonly errors: number;
  readonly bytes: number;
  readonly joined: number;
  readonly retries: number;
  readonly replaced: number;
}

const noCalls: CallsEntry = { calls: 0, errors: 0, bytes: 0, joined: 0, retries: 0, replaced: 0 };
const untold = { instance: null, breaker: null, cause: null } as const;

/** Makes up outcomes, and writes down each in a book of its own. */

export function createLedger(parts: { seed: number; schema: GraphQLSchema; fieldNames: readonly string[] }) {
  const { schema, fieldNames } = parts;
  const random = randomFrom(parts.seed);
  const entries: LedgerEntry[] = [];
  const calls = new Map<string, CallsEntry>();
  const operations = fieldNames.map(shapeOf);
  const pick = picker(random);

  function callOf(): CallFact {
    const subgraph = pick(['countries', 'cities', 'trips']);
    const fact = {
      subgraph,
      protocol: 'graphql' as const,
      startedAtMs: 0,
      ms: random() * 20,
      bytes: Math.floor(random() * 1000),
      code: random() < 0.02 ? 'SUBGRAPH_TIMEOUT' : null,
      joined: random() < 0.1,
      tries: Math.floor(random() * 4),
      replaced: random() < 0.1,
      ...untold,
    };
    const before = calls.get(subgraph) ?? noCalls;
    const replaced = before.replaced + Number(fact.replaced);
    calls.set(
      subgraph,
      fact.joined
        ? { ...before, joined: before.joined + 1, replaced }
        : {
            ...{ joined: before.joined, replaced },
            calls: before.calls + 1,
            errors: before.errors + (fact.code ? 1 : 0),
            bytes: before.bytes + fact.bytes,
            retries: before.retries + retriesIn([fact]),
          },
    );
    return fact;
  }

  return {
    next(): Outcome {
      const shape = Math.floor(random() * operations.length);
      const operation = pick(operations[shape] ?? []);
      const number = Math.floor(random() * 20);
      const consumer = `consumer-${number % 3}`;
      const isRefused = random() < 0.03;
      const isGone = !isRefused && random() < 0.02;
      const made = isRefused ? [] : Array.from({ length: Math.floor(random() * 4) }, callOf);
      const code = isRefused ? 'RATE_LIMITED' : random() < 0.05 ? 'SUBGRAPH_TIMEOUT' : null;
      const isJoined = made.length === 0 && !isRefused && random() < 0.5;
      const entry = {
        operation: `Shape${shape}`,
        client: `client-${number} 1.${number % 4}`,
        consumer,
        ms: Math.exp(random() * 6),
        bytes: Math.floor(random() * 10_000),
        calls: made.filter(({ joined }) => !joined).length,
        estimated: Math.floor(random() * 100),
        measured: Math.floor(random() * 80),
        isError: !isGone && code !== null,
        isRefused,
        isGone,
        isJoined,
        cached: random() < 0.3 ? null : cachedOf(random),
        retries: retriesIn(made),
        replaced: made.filter((call) => call.replaced).length,
      };
      entries.push(entry);
      const [client = null, version = null] = entry.client.split(' ');
      const { estimated, measured, bytes, cached } = entry;
      const asked = askedOf({
        operation,
        executed: !isRefused,
        codes: code === null ? [] : [code],
        calls: made,
        joined: isJoined,
        cacheHits: cached?.hits ?? null,
        cacheMisses: cached?.misses ?? null,
        cacheStale: cached?.stale ?? null,
        cost: { estimated, measured },
      });
      return outcomeOf({
        asked: [asked],
        schema,
        session: sessionOf(consumer, 'gold'),
        client,
        version,
        totalMs: entry.ms,
        bytes,
        status: isRefused ? 429 : 200,
        finished: !isGone,
      });
    },
    by: (keyOf: (entry: LedgerEntry) => string) => Map.groupBy(entries, keyOf),
    subgraphs: () => Object.fromEntries(calls),
  };
}

/** A call that was never sent (no tries) has not been tried again; those that were joined are others' to count. */
function retriesIn(facts: readonly CallFact[]): number {
  return facts.reduce((sum, { joined, tries }) => sum + (joined || tries === 0 ? 0 : tries - 1), 0);
}

function cachedOf(random: () => number) {
  const hits = Math.floor(random() * 5);
  return { hits, misses: Math.floor(random() * 5), stale: Math.floor(random() * (hits + 1)) };
}

/** Mulberry32: the same numbers for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Two documents of one shape: what differs is no part of it. */
function shapeOf(field: string, index: number) {
  return [
    operationOf(`query Shape${index} { first: ${field}(a: 1) ${field} }`),
    operationOf(`query Shape${index} { ${field} first: ${field}(a: ${index + 2}) }`),
  ];
}

function picker(random: () => number) {
  return <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item;
}
