import { isAbsolute } from 'node:path';
import type { Command } from 'commander';
import { systemClock } from '../../base/clock.ts';
import type { SubgraphSchemaSource } from '../../config/config.ts';
import type { Loaded } from '../../gateway.ts';
import type { CliContext } from '../cliContext.ts';
import { createDevSubgraphs, type DevSubgraph, type DevSubgraphs } from '../devSubgraphs.ts';
import { devWelcome } from '../devWelcome.ts';
import { loadExistingFile } from '../loadExistingFile.ts';
import { openGateway } from '../openGateway.ts';
import { type StopSignal, stopSignal } from '../stopSignal.ts';

interface DevOptions {
  readonly config?: string;
}

export function devCommand(program: Command, context: CliContext): void {
  program
    .command('dev')
    .summary('run the gateway and the subgraphs, on this machine only')
    .description(
      'Starts the subgraphs of the configuration that have a dev.command, and the gateway in front of them, bound to 127.0.0.1. Changed schema files are published, changed subgraphs started again. Ctrl-C ends everything.',
    )
    .option('--config <file>', 'the configuration (default: supergraph.yaml)')
    .addHelpText(
      'after',
      `
Example:
  $ sluice dev`,
    )
    .action((options: DevOptions) => dev(options, context));
}

/** The whole must be ready in 20 s; a subgraph that takes longer by itself is named, not waited for. */
const subgraphTimeoutMs = 20_000;

async function dev({ config }: DevOptions, context: CliContext): Promise<void> {
  const { terminal, env } = context;
  const loaded = await loadExistingFile(config ?? null, { context });
  const stop = stopSignal();
  const subgraphs = createDevSubgraphs({ env, say: terminal.print, clock: systemClock });
  try {
    await subgraphs.apply(devSubgraphsOf(loaded));
    await runGateway({ loaded, named: config ?? null, subgraphs, stop }, context);
  } finally {
    await subgraphs.stop();
    stop.release();
  }
}

interface DevRun {
  readonly loaded: Loaded;
  /** The file as --config named it. */
  readonly named: string | null;
  readonly subgraphs: DevSubgraphs;
  readonly stop: StopSignal;
}

async function runGateway({ loaded, named, subgraphs, stop }: DevRun, context: CliContext): Promise<void> {
  const onSettings = (next: Loaded): Promise<void> => subgraphs.apply(devSubgraphsOf(next));
  const open = await openGateway({ loaded, named, mode: 'dev', onSettings }, context);
  try {
    const ready = Promise.all([open.gateway.ready(), subgraphs.ready(subgraphTimeoutMs)]);
    const isReady = await Promise.race([ready.then(() => true), stop.received.then(() => false)]);
    if (isReady) context.terminal.print(await devWelcome(open.gateway, loaded));
    await stop.received;
  } finally {
    await open.close();
  }
}

function devSubgraphsOf({ settings }: Loaded): DevSubgraph[] {
  return Object.entries(settings.subgraphs).flatMap(([name, { routing_url: url, schema, dev: started }]) => {
    if (!started) return [];
    const isGrpc = 'import' in schema && schema.import.kind === 'proto';
    return [{ name, url, ...started, isGrpc, schemaFile: schemaFileOf(schema) }];
  });
}

function schemaFileOf(schema: SubgraphSchemaSource): string | null {
  if ('file' in schema) return schema.file;
  return 'import' in schema && isAbsolute(schema.import.file) ? schema.import.file : null;
}
