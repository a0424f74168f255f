import type { Command } from 'commander';
import type { CliContext } from '../cliContext.ts';
import { runAdminCommand } from '../runAdminCommand.ts';
import { table } from '../table.ts';
import { type AdminCommandOptions, withAdminOptions } from '../withAdminOptions.ts';

interface ShownSubgraph {
  readonly name: string;
  readonly version: number;
  readonly url: string;
  readonly source: string;
  readonly author: string;
  /** ISO 8601. */
  readonly publishedAt: string;
}

/** SDL can be megabytes: only machines get it. */
const query = `query subgraphs($withSdl: Boolean!) {
  subgraphs { name version url source author publishedAt hash sdl @include(if: $withSdl) }
}`;

export function subgraphsCommand(program: Command, context: CliContext): void {
  withAdminOptions(
    program
      .command('subgraphs')
      .summary('list the subgraphs of the supergraph')
      .description(
        'Lists the subgraphs of the current supergraph, with where each came from; with --json also their SDL.',
      ),
  )
    .addHelpText(
      'after',
      `
Examples:
  $ sluice subgraphs
  $ sluice subgraphs --json`,
    )
    .action((options: AdminCommandOptions) =>
      runAdminCommand({ context, options }, async (client) => {
        const variables = { withSdl: options.json === true };
        const { subgraphs } = await client.ask<{ subgraphs: readonly ShownSubgraph[] }>(query, variables);
        if (options.json) return context.terminal.printJson(subgraphs);
        if (subgraphs.length === 0) return context.terminal.print('No subgraph has been published yet.');
        const heading = ['NAME', 'VERSION', 'URL', 'SOURCE', 'AUTHOR', 'PUBLISHED'];
        context.terminal.print(table([heading, ...subgraphs.map(rowOf)]));
      }),
    );
}

function rowOf({ name, version, url, source, author, publishedAt }: ShownSubgraph): string[] {
  return [name, String(version), url, source, author, publishedAt];
}
