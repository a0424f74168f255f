import type { Command } from 'commander';
import type { ChangeOutcome } from '../../model/registry.ts';
import type { CliContext } from '../cliContext.ts';
import { reportFields } from '../reportLines.ts';
import { runAdminCommand } from '../runAdminCommand.ts';
import { showOutcome } from '../showOutcome.ts';
import { type ChangeCommandOptions, changeVariables, withChangeOptions } from '../withChangeOptions.ts';

const query = `mutation unpublish($name: String!, $base: Int, $idempotencyKey: String, $author: String) {
  unpublish(name: $name, base: $base, idempotencyKey: $idempotencyKey, author: $author) {
    version changed report { ${reportFields} }
  }
}`;

export function unpublishCommand(program: Command, context: CliContext): void {
  withChangeOptions(
    program
      .command('unpublish <name>')
      .summary('take a subgraph out of the supergraph')
      .description(
        'Composes the supergraph without this subgraph and serves it within a second, whatever clients lose by it.',
      ),
  )
    .addHelpText(
      'after',
      `
Example:
  $ sluice unpublish products`,
    )
    .action((name: string, options: ChangeCommandOptions) =>
      runAdminCommand({ context, options }, async (client) => {
        const variables = { name, ...changeVariables(options, context) };
        const asked = client.ask<{ unpublish: ChangeOutcome }>(query, variables);
        const { unpublish: outcome } = await context.terminal.waitFor('Composing', asked);
        showOutcome({
          outcome,
          done: `${name} is no longer part of it`,
          options,
          terminal: context.terminal,
        });
      }),
    );
}
