import type { Command } from 'commander';
import type { CliContext } from '../cliContext.ts';
import { cliFailure } from '../cliFailure.ts';
import { durationOption } from '../durationOption.ts';
import { limitsYaml, type ShownSuggestion, suggestionQuery } from '../limitsYaml.ts';
import { runAdminCommand } from '../runAdminCommand.ts';
import { type AdminCommandOptions, withAdminOptions } from '../withAdminOptions.ts';

interface SuggestOptions extends AdminCommandOptions {
  readonly since: string;
}

export function limitsCommand(program: Command, context: CliContext): void {
  const limits = program
    .command('limits')
    .summary('suggest limits from what was asked')
    .description('Suggests limits that let through what clients have asked so far.');

  withAdminOptions(
    limits
      .command('suggest')
      .description(
        'Prints a limits section for supergraph.yaml: half as much again as what 99 of 100 requests needed, each number with what it comes from.',
      )
      .option('--since <duration>', 'how far back, such as 24h or 30d', '30d'),
  )
    .addHelpText(
      'after',
      `
Examples:
  $ sluice limits suggest --since 7d
  $ sluice limits suggest --json`,
    )
    .action(async (options: SuggestOptions) => {
      const { terminal } = context;
      const lastMs = await durationOption('--since', options.since);
      await runAdminCommand({ context, options }, async (client) => {
        const { usage } = await client.ask<{ usage: { suggestedLimits: ShownSuggestion } | null }>(
          suggestionQuery,
          { lastSeconds: Math.ceil(lastMs / 1000) },
        );
        if (!usage) throw cliFailure('Usage is not recorded here: it is switched off (analytics.enabled).');
        const { suggestedLimits } = usage;
        if (suggestedLimits.calls === 0)
          throw cliFailure(`Nothing was answered in the last ${options.since}: there is nothing to go by.`);
        if (options.json) terminal.printJson(suggestedLimits);
        else terminal.print(limitsYaml(suggestedLimits));
      });
    });
}
