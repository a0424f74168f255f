/**
 * `npm run bench`: Sluice beside other gateways, on one machine in one run. Installs the others first, so nothing of theirs may be
 * imported before that; the run itself is in benchmark.ts.
 */
import { installPeers } from './install.ts';
import { readOptions, usage } from './options.ts';

async function main(): Promise<void> {
  if (process.platform !== 'linux') {
    throw new Error(`Measuring reads CPU time from /proc, so it needs Linux; found ${process.platform}.`);
  }
  const { executionOptions } = await import('../src/execution/execution.ts');
  const options = readOptions(process.argv.slice(2), {
    engines: executionOptions.shape.engine.unwrap().options,
  });
  if (options === null) {
    process.stdout.write(usage);
    return;
  }
  installPeers();
  const { runBenchmark } = await import('./benchmark.ts');
  await runBenchmark(options);
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
