/**
 * What an entity costs by the protocol of its subgraph: the airports of the example supergraph as a GraphQL server and as a gRPC
 * service, its currencies as a GraphQL server and as a REST service, over the same data and under the same operations. Two gateways of this
 * checkout take turns, so that a busy machine is busy for both. Nothing is joined: no two operations are the same.
 *
 *     node bench/protocols.ts [--seconds 10] [--rounds 5]
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { LoadReply, LoadRequest } from './load.ts';
import { chooseCores, root, startHelper, stop } from './processes.ts';
import { processTimes } from './processTimes.ts';

interface Service {
  readonly child: ChildProcess;
  readonly url: string;
}

const workloads = [
  {
    name: 'airports',
    protocol: 'gRPC',
    describes: '100 countries with 5 airports each, one call of 100 entities',
    query:
      'query A($code: ID!, $n: Int) { c: country(code: $code) { code } countries(first: 100) { airports(first: $n) { iata name timeZone scheduled location { lat lon } } } }',
  },
  {
    name: 'currencies',
    protocol: 'REST',
    describes: '100 countries with their currencies, one call of some 80 entities',
    query:
      'query C($code: ID!, $n: Int!) { c: country(code: $code) { code } countries(first: $n) { currencies { code name number digits } } }',
  },
] as const;
type Name = (typeof workloads)[number]['name'];

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '10' }, rounds: { type: 'string', default: '5' } },
});
const cores = chooseCores();
const folder = mkdtempSync(join(tmpdir(), 'sluice-protocols-'));
const children: ChildProcess[] = [];

function start(args: readonly string[], env: Record<string, string>, core: number | undefined): ChildProcess {
  const command = [process.execPath, ...args];
  const [file = '', ...rest] = core === undefined ? command : ['taskset', '-c', String(core), ...command];
  const child = spawn(file, rest, {
    cwd: root,
    env: { ...process.env, NODE_ENV: 'production', ...env },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  children.push(child);
  return child;
}

async function startService(file: string): Promise<Service> {
  const child = start([`subgraphs/${file}.ts`], { PORT: '0' }, cores?.rest);
  const [line] = await once(child.stdout as NonNullable<ChildProcess['stdout']>, 'data');
  return { child, url: /http:\S+/.exec(String(line))?.[0] ?? '' };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

async function startGateway(name: string, subgraphs: object): Promise<{ pid: number; port: number }> {
  // A folder each, and so a registry each.
  mkdirSync(join(folder, name));
  const file = join(folder, name, 'supergraph.yaml');
  const settings = {
    subgraphs,
    upstream: { join: false },
    // What is kept costs nothing by any protocol.
    cache: { enabled: false },
    server: { host: '127.0.0.1' },
  };
  writeFileSync(file, JSON.stringify(settings));
  const port = await freePort();
  const env = { PORT: String(port), ADMIN_PORT: '0' };
  const child = start(['bin/sluice.js', 'serve', '--config', file], env, cores?.gateway);
  child.stdout?.resume();
  for (let tries = 0; tries < 600; tries += 1) {
    const ready = await fetch(`http://127.0.0.1:${port}/health/ready`).catch(() => null);
    if (ready?.status === 200) return { pid: child.pid ?? 0, port };
    await wait(100);
  }
  throw new Error(`The gateway ${name} did not start.`);
}

const schemaOf = (name: string) => ({ file: join(root, `subgraphs/${name}/schema.graphql`) });
const mappingOf = (name: string) => join(root, `subgraphs/${name}/mapping.graphql`);

try {
  const countries = await startService('countries/server');
  const services = {
    graphql: {
      airports: await startService('airports/graphqlServer'),
      currencies: await startService('currencies/graphqlServer'),
    },
    translated: {
      airports: await startService('airports/server'),
      currencies: await startService('currencies/server'),
    },
  };
  const shared = {
    countries: { routing_url: countries.url, schema: schemaOf('countries') },
    // Airports build on it; nobody asks it here.
    cities: { routing_url: 'http://127.0.0.1:9/graphql', schema: schemaOf('cities') },
  };
  const routed = (kind: 'graphql' | 'translated', name: Name) => services[kind][name].url;
  const gateways = {
    graphql: await startGateway('graphql', {
      ...shared,
      airports: { routing_url: routed('graphql', 'airports'), schema: schemaOf('airports') },
      currencies: { routing_url: routed('graphql', 'currencies'), schema: schemaOf('currencies') },
    }),
    translated: await startGateway('translated', {
      ...shared,
      airports: {
        routing_url: routed('translated', 'airports'),
        schema: { proto: join(root, 'subgraphs/airports/airports.proto'), mapping: mappingOf('airports') },
      },
      currencies: {
        routing_url: routed('translated', 'currencies'),
        schema: {
          openapi: join(root, 'subgraphs/currencies/openapi.yaml'),
          mapping: mappingOf('currencies'),
        },
      },
    }),
  };
  const load = await startHelper('load.ts', cores?.rest);
  children.push(load.child);
  const kinds = ['graphql', 'translated'] as const;
  const rounds = Number(values.rounds);
  process.stdout.write(
    '| workload | spoken | gateway, ms CPU | service, ms CPU | both | p50 ms |\n|---|---|---|---|---|---|\n',
  );
  for (const { name, protocol, query } of workloads) {
    const bodies = Array.from({ length: 100 }, (_, at) =>
      JSON.stringify({ query, variables: { code: `${at}`, n: name === 'airports' ? 5 : 100 } }),
    );
    const answers = await Promise.all(
      kinds.map(async (kind) => {
        const headers = { 'content-type': 'application/json' };
        const url = `http://127.0.0.1:${gateways[kind].port}/graphql`;
        return (await fetch(url, { method: 'POST', headers, body: bodies[0] ?? '' })).text();
      }),
    );
    if (answers[0] !== answers[1] || answers[0]?.includes('"errors"'))
      throw new Error(
        `${name}: the answers differ: ${answers.map((answer) => answer.slice(0, 300)).join('\n')}`,
      );
    const measured = { graphql: [] as number[][], translated: [] as number[][] };
    for (let round = -1; round < rounds; round += 1) {
      for (const kind of kinds) {
        const { pid, port } = gateways[kind];
        const service = services[kind][name].child.pid ?? 0;
        const before = processTimes(service);
        const durationMs = (Number(values.seconds) * 1000) / rounds;
        const request: LoadRequest = {
          port,
          pid,
          connections: 10,
          durationMs,
          minRequests: 100,
          bodies,
          headers: {},
        };
        const { cpuMs, requests, p50Ms, faults } = await load.ask<LoadReply>(request);
        if (faults.length > 0) throw new Error(`${name}, ${kind}: ${faults.join()}`);
        // The first round only warms up.
        if (round >= 0)
          measured[kind].push([cpuMs / requests, (processTimes(service) - before) / requests, p50Ms]);
      }
    }
    for (const kind of kinds) {
      const median = (column: number): number => {
        const sorted = measured[kind].map((row) => row[column] ?? 0).toSorted((a, b) => a - b);
        return sorted[Math.floor(sorted.length / 2)] ?? 0;
      };
      const [own, theirs, p50] = [median(0), median(1), median(2)];
      process.stdout.write(
        `| ${name} | ${kind === 'graphql' ? 'GraphQL' : protocol} | ${own.toFixed(3)} | ${theirs.toFixed(3)} | ${(own + theirs).toFixed(3)} | ${p50.toFixed(1)} |\n`,
      );
    }
  }
} finally {
  await Promise.all(children.map(stop));
  rmSync(folder, { recursive: true, force: true });
}
