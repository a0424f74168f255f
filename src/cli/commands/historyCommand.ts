import type { Command } from 'commander';
import type { CliContext } from '../cliContext.ts';
import { runAdminCommand } from '../runAdminCommand.ts';
import { table } from '../table.ts';
import { wholeNumber } from '../wholeNumber.ts';
import { type AdminCommandOptions, withAdminOptions } from '../withAdminOptions.ts';

interface HistoryOptions extends AdminCommandOptions {
  readonly first: number;
  readonly before?: number;
}

interface ShownEntry {
  readonly version: number;
  readonly kind: string;
  readonly changed: readonly string[];
  readonly rolledBackTo: number | null;
  readonly author: string;
  /** ISO 8601. */
  readonly at: string;
}

const query = `query history($first: Int!, $before: Int) {
  history(first: $first, before: $before) { version hash kind changed rolledBackTo author at }
}`;

export function historyCommand(program: Command, context: CliContext): void {
  withAdminOptions(
    program
      .command('history')
      .summary('list the supergraph versions, newest first')
      .description('Lists how the supergraph came to be what it is, newest first.')
      .option('--first <count>', 'how many', wholeNumber, 20)
      .option('--before <version>', 'go on before this version', wholeNumber),
  )
    .addHelpText(
      'after',
      `
Examples:
  $ sluice history
  $ sluice history --first 100 --json`,
    )
    .action((options: HistoryOptions) =>
      runAdminCommand({ context, options }, async (client) => {
        const { first, before } = options;
        const { history } = await client.ask<{ history: readonly ShownEntry[] }>(query, { first, before });
        if (options.json) return context.terminal.printJson(history);
        if (history.length === 0) return context.terminal.print('Nothing has been published yet.');
        context.terminal.print(
          table([['VERSION', 'AT', 'CHANGE', 'SUBGRAPHS', 'AUTHOR'], ...history.map(rowOf)]),
        );
      }),
    );
}

function rowOf({ version, at, kind, rolledBackTo, changed, author }: ShownEntry): string[] {
  const change = rolledBackTo === null ? kind.toLowerCase() : `${kind.toLowerCase()} to ${rolledBackTo}`;
  return [String(version), at, change, changed.join(', '), author];
}
