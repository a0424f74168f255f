import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listGateways } from './gateways/gateways.ts';
import { startIssuer } from './issuer.ts';
import { type Measured, measureWorkload } from './measure.ts';
import { measureMemory } from './measureMemory.ts';
import type { Options } from './options.ts';
import { chooseCores, type RunningGateway, root, startGateway, startHelper, stop } from './processes.ts';
import { writeReport } from './report.ts';
import { compose } from './subgraphs/compose.ts';
import type { SubgraphName } from './subgraphs/schemas.ts';
import { createWorkloads } from './workloads.ts';

/** Starts everything, measures workload by workload, writes the report, and leaves nothing running. */
export async function runBenchmark(options: Options): Promise<void> {
  const tell = (text: string) => void process.stdout.write(text);
  const { only, workloads: asked } = options.memoryRequests === null ? options : forMemory(options);
  const gateways = chosen(listGateways(options.engine), { names: only, flag: '--only' });
  const workloads = chosen(createWorkloads(), { names: asked, flag: '--workload' });
  const cores = chooseCores();
  if (!cores)
    tell('taskset is missing or there is one core only: nothing is pinned, so figures are rougher.\n');
  const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-'));
  const started: RunningGateway[] = [];
  const subgraphs = await startHelper('subgraphs/serve.ts', cores?.rest);
  const load = await startHelper('load.ts', cores?.rest);
  const issuer = await startIssuer();
  const children = () => [...started.map(({ child }) => child), subgraphs.child, load.child];
  const endNow = (): void => {
    for (const child of children()) child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
    process.exit(143);
  };
  process.once('SIGTERM', endNow).once('SIGINT', endNow);
  try {
    const { supergraphSdl, oracle } = compose(subgraphs.first as Record<SubgraphName, number>);
    const supergraphFile = join(folder, 'supergraph.graphql');
    writeFileSync(supergraphFile, supergraphSdl);
    for (const gateway of gateways) {
      tell(`starting ${gateway.title}\n`);
      started.push(await startGateway(gateway, { supergraphFile, folder, issuer, core: cores?.gateway }));
    }
    const { seconds, connections, rounds, memoryRequests } = options;
    const [first] = started;
    if (memoryRequests !== null && first) {
      const [workload] = workloads;
      await measureMemory(first, {
        requests: memoryRequests,
        bodies: workload?.bodies ?? [],
        connections,
        load,
        tell,
      });
      return;
    }
    const measured = new Map<string, ReadonlyMap<string, Measured>>();
    for (const workload of workloads) {
      const parts = { gateways: started, load, subgraphs, oracle, seconds, connections, rounds, tell };
      measured.set(workload.name, await measureWorkload(workload, parts));
    }
    const report = writeReport({ gateways, workloads, measured, options, cores });
    if (options.write) writeFileSync(join(root, 'docs', 'benchmarks.md'), report);
    tell(options.write ? 'docs/benchmarks.md is written.\n' : `\n${report}`);
  } finally {
    await Promise.all(children().map(stop));
    await issuer.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Sluice by itself, over a mix of operations, unless others are named. */
function forMemory({ only, workloads }: Options): Pick<Options, 'only' | 'workloads'> {
  return {
    only: only.length > 0 ? only : ['sluice'],
    workloads: workloads.length > 0 ? workloads : ['mix'],
  };
}

function chosen<T extends { readonly name: string; readonly isAside?: boolean }>(
  all: readonly T[],
  { names, flag }: { names: readonly string[]; flag: string },
): readonly T[] {
  const unknown = names.find((name) => !all.some((one) => one.name === name));
  if (unknown !== undefined) {
    throw new Error(`${flag}: found ${unknown}, there are ${all.map(({ name }) => name).join(', ')}.`);
  }
  return names.length === 0
    ? all.filter(({ isAside }) => !isAside)
    : all.filter(({ name }) => names.includes(name));
}
