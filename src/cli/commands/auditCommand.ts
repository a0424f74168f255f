import type { Command } from 'commander';
import type { CliContext } from '../cliContext.ts';
import { runAdminCommand } from '../runAdminCommand.ts';
import { table } from '../table.ts';
import { wholeNumber } from '../wholeNumber.ts';
import { type AdminCommandOptions, withAdminOptions } from '../withAdminOptions.ts';

interface AuditOptions extends AdminCommandOptions {
  readonly first: number;
  readonly after?: number;
  readonly by?: string;
  readonly action?: string;
}

interface ShownEntry {
  readonly id: number;
  /** ISO 8601. */
  readonly at: string;
  readonly by: string;
  readonly address: string;
  readonly action: string;
  readonly target: string;
  readonly result: string;
  readonly code: string | null;
}

const query = `query audit($first: Int!, $after: Int, $by: String, $action: String) {
  audit(first: $first, after: $after, by: $by, action: $action) { id at by role address action target result code requestId details }
}`;

export function auditCommand(program: Command, context: CliContext): void {
  withAdminOptions(
    program
      .command('audit')
      .summary('list who changed what, from where, and what became of it')
      .description(
        'Lists every change that the admin was asked for, also those that were refused, newest first. --json has all details.',
      )
      .option('--first <count>', 'how many', wholeNumber, 20)
      .option('--after <id>', 'go on after this entry, to older ones', wholeNumber)
      .option('--by <name>', 'only what this one asked for')
      .option('--action <mutation>', 'only this change, such as publish'),
  )
    .addHelpText(
      'after',
      `
Examples:
  $ sluice audit
  $ sluice audit --by ann --action publish
  $ sluice audit --first 100 --after 1200 --json`,
    )
    .action((options: AuditOptions) =>
      runAdminCommand({ context, options }, async (client) => {
        const { first, after, by, action, json } = options;
        const page = { first, after, by, action };
        const { audit } = await client.ask<{ audit: readonly ShownEntry[] }>(query, page);
        if (json) return context.terminal.printJson(audit);
        if (audit.length === 0)
          return context.terminal.print(
            by === undefined && action === undefined ? 'Nobody has changed anything yet.' : 'No change fits.',
          );
        context.terminal.print(
          table([['ID', 'AT', 'BY', 'FROM', 'ACTION', 'TARGET', 'RESULT'], ...audit.map(rowOf)]),
        );
      }),
    );
}

function rowOf({ id, at, by, address, action, target, result, code }: ShownEntry): string[] {
  const told = code === null ? result.toLowerCase() : `${result.toLowerCase()} ${code}`;
  return [String(id), at, by, address, action, target, told];
}
