/** Who is measured, and how each is started: exact versions in bench/package.json, flags here. */
export interface Gateway {
  readonly name: string;
  readonly title: string;
  /** Arguments of Node. */
  args(parts: { readonly supergraphFile: string; readonly port: number }): readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** It is told over an IPC channel what to do. */
  readonly isTaught?: boolean;
  /** It is asked with a token of the run's issuer, whose URL it finds in SLUICE_BENCH_ISSUER. */
  readonly isSignedIn?: boolean;
  /** It keeps answers: what its cache did is told. */
  readonly hasCache?: boolean;
  /** It stands beside the others to tell what one part costs: measured when it is named only. */
  readonly isAside?: boolean;
  /** Its own options, as they are told in the report. */
  readonly note: string;
}

const hive = 'bench/node_modules/@graphql-hive/gateway/dist/bin.js';

function hiveGateway(name: string, given: { title: string; flag: string; note: string }): Gateway {
  const { title, flag, note } = given;
  return {
    name,
    title,
    note,
    args: ({ supergraphFile, port }) => [
      hive,
      'supergraph',
      supergraphFile,
      flag,
      '--host',
      '127.0.0.1',
      '--port',
      String(port),
    ],
  };
}

function sluice(
  name: string,
  given: Pick<Gateway, 'title' | 'note' | 'env' | 'isSignedIn' | 'isAside' | 'hasCache'> & {
    config?: string;
  },
): Gateway {
  const { config = 'bench/sluice.yaml', env, ...rest } = given;
  return {
    name,
    ...rest,
    env: { ADMIN_PORT: '0', ...env },
    args: ({ supergraphFile }) => [
      'bin/sluice.js',
      'serve',
      '--supergraph',
      supergraphFile,
      '--config',
      config,
    ],
  };
}

export function listGateways(engine: string): readonly Gateway[] {
  return [
    {
      name: 'apollo',
      title: '@apollo/gateway 2.14.4',
      note: '@apollo/gateway 2.14.4 with @apollo/server 5.5.1 `startStandaloneServer`, defaults; NODE_ENV=production; no joining of calls',
      args: ({ supergraphFile }) => ['bench/gateways/apollo.ts', supergraphFile],
    },
    hiveGateway('hive', {
      title: 'Hive Gateway 2.15.1',
      flag: '--jit',
      note: '@graphql-hive/gateway 2.15.1, `hive-gateway supergraph FILE --jit`; joins identical calls in flight',
    }),
    hiveGateway('hive-rust', {
      title: 'Hive Gateway + Rust planner',
      flag: '--hive-router-runtime',
      note: 'the same with @graphql-hive/router-runtime 1.4.23, `hive-gateway supergraph FILE --hive-router-runtime`; joins identical calls in flight',
    }),
    sluice('sluice', {
      title: `Sluice, ${engine}`,
      env: { SLUICE_BENCH_ENGINE: engine },
      note: '`sluice serve --supergraph FILE --config bench/sluice.yaml`: defaults, access log on and written to /dev/null; joins identical calls in flight',
    }),
    sluice('sluice-alone', {
      title: 'Sluice, nothing joined',
      env: { SLUICE_BENCH_ENGINE: engine, SLUICE_BENCH_JOIN: 'false' },
      note: 'the same with `upstream.join: false`, so that it makes as many calls as @apollo/gateway',
    }),
    sluice('sluice-gate', {
      title: 'Sluice, gate shut',
      config: 'bench/sluice-gate.yaml',
      isSignedIn: true,
      isAside: true,
      note: '`--config bench/sluice-gate.yaml`: a signed token, lists, rates by address and session, cost and a quota, with document limits',
    }),
    sluice('sluice-open', {
      title: 'Sluice, gate open',
      config: 'bench/sluice-open.yaml',
      isAside: true,
      note: '`--config bench/sluice-open.yaml`: no token, no lists, no rates, no document limits',
    }),
    sluice('sluice-cache', {
      title: 'Sluice, answers kept',
      config: 'bench/sluice-cache.yaml',
      env: { SLUICE_BENCH_ENGINE: engine },
      isAside: true,
      hasCache: true,
      note: '`--config bench/sluice-cache.yaml`: what subgraphs answer is kept for an hour, in memory',
    }),
    sluice('sluice-entities', {
      title: 'Sluice, entities kept',
      config: 'bench/sluice-cache.yaml',
      env: { SLUICE_BENCH_ENGINE: engine, SLUICE_BENCH_JOIN: 'false' },
      isAside: true,
      hasCache: true,
      note: 'the same with `upstream.join: false`: no whole results are kept, each is put together from entities and fetches from the root',
    }),
    sluice('sluice-misses', {
      title: 'Sluice, all missed',
      config: 'bench/sluice-cache.yaml',
      env: { SLUICE_BENCH_ENGINE: engine, SLUICE_BENCH_JOIN: 'false', SLUICE_BENCH_CACHE: '1ms' },
      isAside: true,
      hasCache: true,
      note: 'the same, kept for a millisecond: each answer is looked for, asked for and kept; to be compared with nothing joined',
    }),
    sluice('sluice-uncached', {
      title: 'Sluice, cache off',
      config: 'bench/sluice-cache.yaml',
      env: { SLUICE_BENCH_ENGINE: engine, SLUICE_BENCH_JOIN: 'false', SLUICE_BENCH_CACHING: 'false' },
      isAside: true,
      note: 'the same with `cache.enabled: false`; to be compared with nothing joined, where the cache is on and nothing may be kept',
    }),
    sluice('sluice-rest', {
      title: 'Sluice, with routes',
      config: 'bench/sluice-rest.yaml',
      env: { SLUICE_BENCH_ENGINE: engine },
      isAside: true,
      note: '`--config bench/sluice-rest.yaml`: two operations have routes; for bench/rest.ts',
    }),
    ...recording(engine),
    {
      name: 'floor',
      isTaught: true,
      title: 'floor',
      note: 'a node:http server that makes the calls @apollo/gateway makes, all at once, reads nothing, and answers the finished text',
      args: () => ['bench/gateways/floor.ts'],
    },
  ];
}

/** What recording costs: nothing of it, then one kind after the other; `sluice` itself has all of them. */
function recording(engine: string): readonly Gateway[] {
  const [usage, log, metrics] = ['SLUICE_BENCH_USAGE', 'SLUICE_BENCH_LOG', 'SLUICE_BENCH_METRICS'];
  const kinds = [
    { name: 'silent', off: [usage, log, metrics], what: 'no usage, no access log and no metrics' },
    { name: 'usage', off: [log, metrics], what: 'usage, but no access log and no metrics' },
    { name: 'log', off: [usage, metrics], what: 'an access log, but no usage and no metrics' },
    { name: 'metrics', off: [usage, log], what: 'metrics, but no usage and no access log' },
  ];
  return kinds.map(({ name, off, what }) =>
    sluice(`sluice-${name}`, {
      title: `Sluice, ${name}`,
      env: { SLUICE_BENCH_ENGINE: engine, ...Object.fromEntries(off.map((each) => [each, 'false'])) },
      isAside: true,
      note: `as Sluice, with ${what}`,
    }),
  );
}
