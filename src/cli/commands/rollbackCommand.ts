import type { Command } from 'commander';
import type { ChangeOutcome } from '../../model/registry.ts';
import type { CliContext } from '../cliContext.ts';
import { reportFields } from '../reportLines.ts';
import { runAdminCommand } from '../runAdminCommand.ts';
import { showOutcome } from '../showOutcome.ts';
import { wholeNumber } from '../wholeNumber.ts';
import { type ChangeCommandOptions, changeVariables, withChangeOptions } from '../withChangeOptions.ts';

const query = `mutation rollback($version: Int!, $base: Int, $idempotencyKey: String, $author: String) {
  rollback(version: $version, base: $base, idempotencyKey: $idempotencyKey, author: $author) {
    version changed report { ${reportFields} }
  }
}`;

export function rollbackCommand(program: Command, context: CliContext): void {
  withChangeOptions(
    program
      .command('rollback')
      .summary('bring an earlier supergraph version back')
      .description('Brings the subgraphs of an earlier supergraph version back, as a new version.')
      .argument('<version>', 'a version of `sluice history`', wholeNumber),
  )
    .addHelpText(
      'after',
      `
Example:
  $ sluice rollback 41`,
    )
    .action((version: number, options: ChangeCommandOptions) =>
      runAdminCommand({ context, options }, async (client) => {
        const variables = { version, ...changeVariables(options, context) };
        const asked = client.ask<{ rollback: ChangeOutcome }>(query, variables);
        const { rollback: outcome } = await context.terminal.waitFor('Rolling back', asked);
        showOutcome({ outcome, done: `Version ${version} is back`, options, terminal: context.terminal });
      }),
    );
}
