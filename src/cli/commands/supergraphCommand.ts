import type { Command } from 'commander';
import type { CliContext } from '../cliContext.ts';
import { cliFailure } from '../cliFailure.ts';
import { runAdminCommand } from '../runAdminCommand.ts';
import { wholeNumber } from '../wholeNumber.ts';
import { type AdminCommandOptions, withAdminOptions } from '../withAdminOptions.ts';

interface SupergraphOptions extends AdminCommandOptions {
  readonly version?: number;
}

const query = `query supergraph($version: Int) {
  supergraph(version: $version) { version hash sdl subgraphs { name version url hash author source publishedAt } }
}`;

export function supergraphCommand(program: Command, context: CliContext): void {
  withAdminOptions(
    program
      .command('supergraph')
      .summary('print the supergraph SDL')
      .description('Prints the SDL of the current supergraph, or of an earlier version.')
      .option('--version <version>', 'a version of `sluice history` (default: the current one)', wholeNumber),
  )
    .addHelpText(
      'after',
      `
Examples:
  $ sluice supergraph > supergraph.graphql
  $ sluice supergraph --version 41`,
    )
    .action((options: SupergraphOptions) =>
      runAdminCommand({ context, options }, async (client) => {
        const { version } = options;
        const { supergraph } = await client.ask<{ supergraph: { sdl: string } | null }>(query, { version });
        if (!supergraph)
          throw cliFailure('There is no supergraph yet: publish a subgraph with `sluice publish`.');
        if (options.json) context.terminal.printJson(supergraph);
        else context.terminal.print(supergraph.sdl.trimEnd());
      }),
    );
}
