import type { Command } from 'commander';
import type { CliContext } from '../cliContext.ts';
import { durationOption } from '../durationOption.ts';
import { runAdminCommand } from '../runAdminCommand.ts';
import { table } from '../table.ts';
import { type AdminCommandOptions, withAdminOptions } from '../withAdminOptions.ts';

interface ShownSubgraph {
  readonly name: string;
  readonly version: number;
  readonly url: string;
  readonly protocol: string;
  readonly source: string;
  readonly author: string;
  /** ISO 8601. */
  readonly publishedAt: string;
}

/** SDL can be megabytes: only machines get it. */
const query = `query subgraphs($withSdl: Boolean!) {
  subgraphs { name version url protocol source author publishedAt hash sdl @include(if: $withSdl) }
}`;

export function subgraphsCommand(program: Command, context: CliContext): void {
  const subgraphs = program.command('subgraphs');
  impactCommand(subgraphs, context);
  resetCommand(subgraphs, context);
  withAdminOptions(
    subgraphs
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
  $ sluice subgraphs --json
  $ sluice subgraphs impact cities     # what clients would lose with it
  $ sluice subgraphs reset cities      # close its breaker now`,
    )
    .action((options: AdminCommandOptions) =>
      runAdminCommand({ context, options }, async (client) => {
        const variables = { withSdl: options.json === true };
        const { subgraphs } = await client.ask<{ subgraphs: readonly ShownSubgraph[] }>(query, variables);
        if (options.json) return context.terminal.printJson(subgraphs);
        if (subgraphs.length === 0) return context.terminal.print('No subgraph has been published yet.');
        const heading = ['NAME', 'VERSION', 'URL', 'PROTOCOL', 'SOURCE', 'AUTHOR', 'PUBLISHED'];
        context.terminal.print(table([heading, ...subgraphs.map(rowOf)]));
      }),
    );
}

interface Impact {
  readonly name: string;
  readonly operations: readonly {
    readonly id: string;
    readonly name: string | null;
    readonly calls: number;
    readonly ending: string;
    readonly nulls: readonly string[];
  }[];
}

const impactQuery = `query impact($name: String!, $lastSeconds: Int! = 2592000) {
  impact: subgraphImpact(name: $name, lastSeconds: $lastSeconds) { name operations { id name calls ending nulls } }
}`;

interface ImpactOptions extends AdminCommandOptions {
  readonly since?: string;
}

function impactCommand(subgraphs: Command, context: CliContext): void {
  withAdminOptions(
    subgraphs
      .command('impact <name>')
      .description('Tells which operations that clients asked lately survive the loss of a subgraph.')
      .option('--since <duration>', 'how far back to look (default: 30d)'),
  ).action(async (name: string, options: ImpactOptions) => {
    const { since } = options;
    const lastSeconds = since === undefined ? undefined : (await durationOption('--since', since)) / 1000;
    await runAdminCommand({ context, options }, async (client) => {
      const { impact } = await client.ask<{ impact: Impact }>(impactQuery, { name, lastSeconds });
      if (options.json) return context.terminal.printJson(impact);
      if (impact.operations.length === 0) return context.terminal.print('Nothing was asked in that time.');
      const rows = impact.operations.map(({ id, name: operation, calls, ending, nulls }) => [
        operation ?? id.slice(0, 12),
        String(calls),
        ending.toLowerCase(),
        ending === 'LOST' ? 'everything' : nulls.join(' ') || '-',
      ]);
      context.terminal.print(table([['OPERATION', 'CALLS', 'WITHOUT IT', 'NULL'], ...rows]));
    });
  });
}

const reset = `mutation reset($name: String!, $author: String) { done: resetBreaker(subgraph: $name, author: $author) { reset } }`;

function resetCommand(subgraphs: Command, context: CliContext): void {
  withAdminOptions(
    subgraphs
      .command('reset <name>')
      .description(
        'Closes the breaker of a subgraph in the gateway that is asked; it forgets what it counted.',
      ),
  ).action((name: string, options: AdminCommandOptions) =>
    runAdminCommand({ context, options }, async (client) => {
      const author = context.env.USER ?? context.env.USERNAME;
      const { done } = await client.ask<{ done: { reset: boolean } }>(reset, { name, author });
      if (options.json) return context.terminal.printJson(done);
      context.terminal.print(done.reset ? `The breaker of ${name} is closed.` : 'It was closed.');
    }),
  );
}

function rowOf({ name, version, url, protocol, source, author, publishedAt }: ShownSubgraph): string[] {
  return [name, String(version), url, protocol, source, author, publishedAt];
}
