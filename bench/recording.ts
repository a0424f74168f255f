/**
 * What recording costs on the way of a request, in microseconds of CPU: a usage record added up (budget 5), and what a request that is not
 * kept pays for `sluice explain` (budget 1).
 *
 *     node bench/recording.ts
 *
 * Figures are of one thread, after warming up; they are the median of the rounds, with the least and the most of them.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cpuUsage, stdout } from 'node:process';
import type { OperationDefinitionNode } from 'graphql';
import { analyticsOptions, createAnalytics } from '../src/analytics/analytics.ts';
import { systemClock } from '../src/base/clock.ts';
import { createExplain, explainOptions } from '../src/explain/explain.ts';
import { measureOperation } from '../src/limits/limits.ts';
import type { Outcome } from '../src/model/outcome.ts';
import { createStoreThread, storageOptions } from '../src/storage/storage.ts';
import { createNoting } from './noting.ts';

// The one that src/ has: bench/ has one of its own, for the peers, and types of one are none of the other's.
const { buildSchema, getOperationAST, parse } = createRequire(new URL('../src/', import.meta.url))(
  'graphql',
) as typeof import('graphql');

const rounds = 9;
const perRound = 100_000;
const schema = buildSchema(`
  type Query { country(code: String!, filter: Filter): Country }
  input Filter { a: Int b: String c: Kind }
  enum Kind { X Y }
  type Country { name: String code: ID! currency: Currency }
  type Currency { code: ID! name: String }`);

/** What a call sends, read: of another fetch each. */
function fetched(at: number): OperationDefinitionNode {
  const entity = `_entities(representations: $representations) { ... on Country { name field${at} } }`;
  const definition = getOperationAST(parse(`query ($representations: [_Any!]!) { ${entity} }`));
  if (!definition) throw new Error('No operation');
  return definition;
}

/** Fifty operations with variables, by twenty clients of three consumers, with three calls each. */
function outcomes(): readonly Outcome[] {
  const fetches: OperationDefinitionNode[][] = [];
  const operations = Array.from({ length: 50 }, (_, index) => {
    const text = `query Q${index}($code: String!, $filter: Filter) { country(code: $code, filter: $filter) { name currency { code name } } }`;
    const document = parse(text, { noLocation: true });
    const definition = getOperationAST(document);
    if (!definition) throw new Error('No operation');
    const variables = { code: 'CH', filter: { a: 1, b: 'x', c: 'X' } };
    fetches.push([0, 1, 2].map(fetched));
    const parsed = { document, text, sentText: text, hash: String(index) };
    return { document: parsed, definition, name: `Q${index}`, kind: 'query' as const, variables };
  });
  return Array.from({ length: 3000 }, (_, index) => {
    const operation = operations[index % 50] ?? null;
    const calls = [0, 1, 2].map((at) => ({
      subgraph: `subgraph-${(index + at) % 5}`,
      startedAtMs: 0,
      ms: ((index * 7 + at) % 200) / 10,
      bytes: 100,
      code: null,
      joined: false,
      tries: 1 + ((index + at) % 2),
      replaced: index % 10 === at,
      definition: () => fetches[index % 50]?.[at] as OperationDefinitionNode,
    }));
    const asked = {
      ...{ operation, executed: true, codes: [], calls, joined: false, result: null },
      ...{ cacheHits: 2, cacheMisses: 1, cacheStale: 1 },
      cost: { estimated: 3, measured: 2 },
      onLateCall: () => undefined,
    };
    return {
      arrival: {
        ...{ requestId: `r${index}`, arrivedAtMs: 0, method: 'POST', search: '', headers: {}, proxy: null },
        address: `198.51.100.${index % 200}`,
        client: { name: `client-${index % 20}`, version: `1.${index % 3}` },
        signal: new AbortController().signal,
        readAsked: () => Promise.reject(new Error('It was read')),
      },
      session: {
        ...{ identified: true, subject: null, issuer: null, plan: 'gold', claims: {}, expiresAtMs: null },
        consumer: `consumer-${index % 3}`,
        scopes: new Set<string>(),
      },
      operations: operation ? [operation] : [],
      asked: [asked],
      schema,
      supergraph: { version: 3, hash: 'abc' },
      ...{ codes: [], wouldRefuse: [], decisions: [], reason: null },
      stepMs: { admit: 0.1, identify: 0.1, prepare: 0.1, answer: 5 },
      totalMs: ((index * 13) % 1000) / 10,
      refusedBy: [],
      trace: null,
      response: { status: 200, bytes: 500, finished: true },
    };
  });
}

async function measure(what: string, each: (index: number) => void): Promise<void> {
  const figures: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const before = cpuUsage();
    for (let index = 0; index < perRound; index += 1) each(index);
    const { user, system } = cpuUsage(before);
    if (round > 0) figures.push((user + system) / perRound);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  figures.sort((one, other) => one - other);
  const [least, median, most] = [0, figures.length >> 1, figures.length - 1].map((at) => figures[at] ?? 0);
  stdout.write(`${what.padEnd(58)} ${median?.toFixed(2)} us (${least?.toFixed(2)} to ${most?.toFixed(2)})\n`);
}

const log = { debug: ignore, info: ignore, warn: ignore, error: ignore };
function ignore(): void {
  // Nobody reads it.
}
const folder = await mkdtemp(join(tmpdir(), 'sluice-recording-'));
const storage = storageOptions.parse({ url: `sqlite:${folder}`, dir: folder });
const parts = {
  storage,
  storeThread: createStoreThread({ log }),
  folder,
  dir: folder,
  clock: systemClock,
  random: Math.random,
  measure: measureOperation,
  log,
};
const all = outcomes();
const outcomeAt = (index: number): Outcome => all[index % all.length] as Outcome;

// Written once an hour, so that only what is on the way is measured.
const analytics = createAnalytics(analyticsOptions.parse({ interval: '1m' }), parts);
await measure('a usage record', (index) => analytics.record(outcomeAt(index)));
const explain = createExplain(explainOptions.parse({ sample: 0, slow: '1h' }), parts);
await measure('explain: whether a request is kept, when it is not', (index) =>
  explain.record(outcomeAt(index)),
);
const note = createNoting();
await measure('explain: nine decisions noted, as an ordinary request does', note);
await analytics.close();
await explain.close();
await rm(folder, { recursive: true });
