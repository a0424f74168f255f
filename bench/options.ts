import { parseArgs } from 'node:util';

export interface Options {
  /** Names of gateways; all of them when empty. */
  readonly only: readonly string[];
  /** Names of workloads; all of them when empty. */
  readonly workloads: readonly string[];
  /** Measured time of each gateway in each workload, over all rounds. */
  readonly seconds: number;
  readonly connections: number;
  /** How often the gateways take turns; null for as often as is usual for the time. */
  readonly rounds: number | null;
  /** Whether docs/benchmarks.md is written. */
  readonly write: boolean;
  /** Instead of measuring CPU time: so many requests to Sluice, with its memory after each tenth of them; null for a benchmark. */
  readonly memoryRequests: number | null;
  /** `execution.engine` of Sluice. */
  readonly engine: string;
}

export const usage = `Usage: npm run bench -- [options]

Measures Sluice beside other gateways on this machine and writes docs/benchmarks.md.

  --only <gateway>          apollo, hive, hive-rust, sluice, sluice-alone or floor; several times for several;
                            when named, also sluice-gate and sluice-open: what the gate costs, sluice-cache,
                            -entities, -misses and -uncached: what the cache does, and
                            sluice-silent, -usage, -log, -metrics: what recording does
  --workload <name>         big, small, one, windows, entities, mix or large; several times for several
  --seconds <n>             measured time of each gateway in each workload (default: 10)
  --connections <n>         connections of the load (default: 10)
  --rounds <n>              how often the gateways take turns (default: 5, or 3 below 10 seconds); many where others use the machine
  --memory <n>              instead of all that: n requests of mix to Sluice, and its memory after each tenth
  --sluice-engine <engine>  compiled or reference (default: compiled)
  --no-write                print the tables only

SLUICE_BENCH_NODE_ARGS holds options of Node for the gateways, such as --cpu-prof --cpu-prof-dir=profiles.
`;

/** Throws for what it does not know; null when help was asked for. */
export function readOptions(
  argv: readonly string[],
  parts: { readonly engines: readonly string[] },
): Options | null {
  const { values } = parseArgs({
    args: [...argv],
    allowNegative: true,
    options: {
      only: { type: 'string', multiple: true, default: [] },
      workload: { type: 'string', multiple: true, default: [] },
      seconds: { type: 'string', default: '10' },
      connections: { type: 'string', default: '10' },
      memory: { type: 'string' },
      rounds: { type: 'string' },
      'sluice-engine': { type: 'string', default: parts.engines[0] ?? 'reference' },
      write: { type: 'boolean', default: true },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return null;
  const engine = values['sluice-engine'];
  if (!parts.engines.includes(engine))
    throw new Error(`--sluice-engine: found ${engine}, this checkout has ${parts.engines.join(', ')}.`);
  return {
    only: values.only,
    workloads: values.workload,
    seconds: numberFrom(values.seconds, { name: '--seconds', most: 600 }),
    connections: numberFrom(values.connections, { name: '--connections', most: 1000 }),
    rounds: values.rounds === undefined ? null : numberFrom(values.rounds, { name: '--rounds', most: 1000 }),
    memoryRequests:
      values.memory === undefined ? null : numberFrom(values.memory, { name: '--memory', most: 1e8 }),
    write: values.write,
    engine,
  };
}

function numberFrom(text: string, { name, most }: { name: string; most: number }): number {
  const value = Number(text);
  if (!(value >= 1 && value <= most))
    throw new Error(`${name}: found ${text}, expected a number from 1 to ${most}.`);
  return value;
}
