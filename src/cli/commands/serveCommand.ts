import type { Command } from 'commander';
import type { CliContext } from '../cliContext.ts';
import { loadExistingFile } from '../loadExistingFile.ts';
import { loadFile } from '../loadFile.ts';
import { openGateway } from '../openGateway.ts';
import { stopSignal } from '../stopSignal.ts';

interface ServeOptions {
  readonly config?: string;
  readonly supergraph?: string;
}

export function serveCommand(program: Command, context: CliContext): void {
  program
    .command('serve')
    .summary('run the gateway')
    .description(
      'Runs the gateway with its registry and admin; with --supergraph, it serves a composed supergraph as it is.',
    )
    .option('--config <file>', 'the configuration (default: supergraph.yaml)')
    .option(
      '--supergraph <file>',
      'file or https URL of a composed supergraph SDL, watched; no registry then',
    )
    .addHelpText(
      'after',
      `
Examples:
  $ sluice serve
  $ sluice serve --config production.yaml
  $ sluice serve --supergraph supergraph.graphql`,
    )
    .action((options: ServeOptions) => serve(options, context));
}

async function serve({ config, supergraph }: ServeOptions, context: CliContext): Promise<void> {
  const loaded =
    supergraph === undefined
      ? await loadExistingFile(config ?? null, {
          context,
          instead: ', or serve a composed supergraph with --supergraph',
        })
      : await loadFile(config ?? null, context);
  const stop = stopSignal();
  const open = await openGateway({ loaded, named: config ?? null, mode: 'serve', supergraph }, context);
  await stop.received;
  await open.close();
  stop.release();
}
