/**
 * What a request costs the gateway that comes by a REST route, beside the same operation as GraphQL: sent as text, and by the id of the
 * trusted document. CPU time of the whole process in ms a request, medians of rounds in which the ways take turns.
 *
 *     node bench/rest.ts [SECONDS] [ROUNDS]     # of each way in each round; 3 and 5 unless given
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { argv, stdout } from 'node:process';
import { isDeepStrictEqual } from 'node:util';
import { listGateways } from './gateways/gateways.ts';
import { startIssuer } from './issuer.ts';
import type { LoadReply, LoadRequest } from './load.ts';
import { chooseCores, type RunningGateway, startGateway, startHelper, stop } from './processes.ts';
import { compose } from './subgraphs/compose.ts';
import type { SubgraphName } from './subgraphs/schemas.ts';

type Way = Pick<LoadRequest, 'bodies' | 'targets'>;

const keys = Array.from({ length: 1000 }, (_, index) => `p${index + 1}`);
const productQuery = 'query Product($upc: String!) { product(upc: $upc) { upc name price inStock } }';
const topQuery = 'query TopProducts($first: Int = 5) { topProducts(first: $first) { upc name inStock } }';
const asBodies = (parts: readonly object[]) => ({ bodies: parts.map((part) => JSON.stringify(part)) });

/** The same operation in three ways: of a thousand keys in turn, and one that is always the same. */
const operations: ReadonlyArray<readonly [what: string, ways: Readonly<Record<string, Way>>]> = [
  [
    'a product of a thousand',
    {
      'GraphQL, text': asBodies(keys.map((upc) => ({ query: productQuery, variables: { upc } }))),
      'GraphQL, id': asBodies(keys.map((upc) => ({ documentId: 'product', variables: { upc } }))),
      'REST route': { bodies: [], targets: keys.map((upc) => `/rest/products/${upc}`) },
    },
  ],
  [
    'top products, always the same',
    {
      'GraphQL, text': asBodies([{ query: topQuery }]),
      'GraphQL, id': asBodies([{ documentId: 'topProducts' }]),
      'REST route': { bodies: [], targets: ['/rest/top-products'] },
    },
  ],
];

async function main(): Promise<void> {
  const [seconds, rounds] = [Number(argv[2] ?? 3), Number(argv[3] ?? 5)];
  const cores = chooseCores();
  const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-'));
  const subgraphs = await startHelper('subgraphs/serve.ts', cores?.rest);
  const load = await startHelper('load.ts', cores?.rest);
  const issuer = await startIssuer();
  let running: RunningGateway | null = null;
  try {
    const { supergraphSdl } = compose(subgraphs.first as Record<SubgraphName, number>);
    const supergraphFile = join(folder, 'supergraph.graphql');
    writeFileSync(supergraphFile, supergraphSdl);
    const gateway = listGateways('compiled').find(({ name }) => name === 'sluice-rest');
    if (!gateway) throw new Error('There is no sluice-rest among the gateways.');
    running = await startGateway(gateway, { supergraphFile, folder, issuer, core: cores?.gateway });
    const { port, pid, headers } = running;
    const run = (way: Way, durationMs: number, minRequests: number) =>
      load.ask<LoadReply>({ port, pid, headers, connections: 10, durationMs, minRequests, ...way });
    for (const [what, ways] of operations) {
      await expectSame(port, ways);
      const figures = new Map<string, number[]>();
      for (const [, way] of Object.entries(ways)) await run(way, 2000, 1000);
      for (let round = 0; round < rounds; round += 1)
        for (const [name, way] of Object.entries(ways)) {
          const { cpuMs, requests, faults } = await run(way, seconds * 1000, 0);
          if (faults.length > 0) throw new Error(`${name}: ${faults.join(', ')}`);
          figures.set(name, [...(figures.get(name) ?? []), cpuMs / requests]);
        }
      stdout.write(`${what}\n`);
      for (const [name, each] of figures) {
        const sorted = each.toSorted((one, other) => one - other);
        const [least, median, most] = [sorted[0], sorted[sorted.length >> 1], sorted.at(-1)];
        const told = [median, least, most].map((ms) => (ms ?? 0).toFixed(4));
        stdout.write(`  ${name.padEnd(14)} ${told[0]} ms CPU  (${told[1]} to ${told[2]})\n`);
      }
    }
  } finally {
    await Promise.all(
      [running?.child, subgraphs.child, load.child].flatMap((child) => (child ? [stop(child)] : [])),
    );
    await issuer.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** All ways have to give the same data, or there is nothing to compare. */
async function expectSame(port: number, ways: Readonly<Record<string, Way>>): Promise<void> {
  const answers: unknown[] = [];
  for (const { bodies, targets } of Object.values(ways)) {
    const [body] = bodies;
    const answer = await fetch(`http://127.0.0.1:${port}${targets?.[0] ?? '/graphql'}`, {
      ...(body === undefined ? {} : { method: 'POST', body }),
      headers: { 'content-type': 'application/json' },
    });
    const told = (await answer.json()) as { data?: unknown };
    answers.push(targets ? told : told.data);
  }
  if (answers.some((answer) => !isDeepStrictEqual(answer, answers[0]) || answer === undefined))
    throw new Error(`The ways answer differently: ${JSON.stringify(answers)}`);
}

await main();
