import type { Command } from 'commander';
import { parse, print } from 'graphql';
import type { CliContext } from '../cliContext.ts';
import { cliFailure } from '../cliFailure.ts';
import { durationOption } from '../durationOption.ts';
import { runAdminCommand } from '../runAdminCommand.ts';
import { type UsageAnswer, usageQueries } from '../usageQueries.ts';
import { usageText } from '../usageText.ts';
import { wholeNumber } from '../wholeNumber.ts';
import { type AdminCommandOptions, withAdminOptions } from '../withAdminOptions.ts';
import { wrongUsage } from '../wrongUsage.ts';

interface UsageOptions extends AdminCommandOptions {
  readonly since: string;
  readonly order: string;
  readonly first: number;
  readonly client?: string;
  readonly consumer?: string;
  readonly subgraph?: string;
  readonly field?: string;
}

const orders = ['calls', 'errors', 'p50', 'p95', 'p99', 'time', 'cost', 'bytes'];

export function usageCommand(program: Command, context: CliContext): void {
  withAdminOptions(
    program
      .command('usage [operation]')
      .summary('say what is asked, by whom, and how it goes')
      .description(
        'Lists the operations that clients asked, or tells all about one (by its name or id), a client, a consumer, a subgraph or a field.',
      )
      .option('--since <duration>', 'how far back, such as 30m, 24h or 30d', '24h')
      .option('--order <order>', `what comes first: ${orders.join(', ')}`, 'calls')
      .option('--first <count>', 'how many operations', wholeNumber, 20)
      .option('--client <name>', 'one client')
      .option('--consumer <name>', 'one consumer')
      .option('--subgraph <name>', 'one subgraph')
      .option('--field <coordinate>', 'who uses a part of the schema, such as Country.name: may it go?'),
  )
    .addHelpText(
      'after',
      `
Examples:
  $ sluice usage --since 7d --order p95
  $ sluice usage CountryPage
  $ sluice usage --field Country.capital --since 30d`,
    )
    .action(async (operation: string | undefined, options: UsageOptions) => {
      const asked = askedOf(operation, options);
      if (!orders.includes(options.order))
        throw wrongUsage(`--order is ${JSON.stringify(options.order)}; allowed: ${orders.join(', ')}.`);
      const lastMs = await durationOption('--since', options.since);
      const variables = {
        lastSeconds: Math.ceil(lastMs / 1000),
        first: options.first,
        order: options.order.toUpperCase(),
        name: asked.name,
      };
      await runAdminCommand({ context, options }, async (client) => {
        const query = usageQueries[asked.about];
        const { usage } = await client.ask<{ usage: UsageAnswer | null }>(query, used(query, variables));
        if (!usage) throw cliFailure('Usage is not recorded here: it is switched off (analytics.enabled).');
        show(asked, usage, { context, options });
      });
    });
}

interface Asked {
  readonly about: keyof UsageAnswer;
  readonly name: string | null;
}

function askedOf(operation: string | undefined, options: UsageOptions): Asked {
  const { client, consumer, subgraph, field } = options;
  const given = Object.entries({ operation, client, consumer, subgraph, field }).filter(
    ([, name]) => name !== undefined,
  );
  if (given.length > 1)
    throw wrongUsage('Ask about one thing: an operation, --client, --consumer, --subgraph or --field.');
  const [first] = given;
  return first
    ? { about: first[0] as keyof UsageAnswer, name: String(first[1]) }
    : { about: 'operations', name: null };
}

/** The variables that the query has. */
function used(query: string, variables: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(variables).filter(([name]) => query.includes(`$${name}:`)));
}

function show(
  { about, name }: Asked,
  answer: UsageAnswer,
  { context: { terminal }, options }: { context: CliContext; options: UsageOptions },
): void {
  const shown = answer[about];
  if (!shown)
    throw cliFailure(`No ${about} ${JSON.stringify(name)} is known from the last ${options.since}.`);
  if (options.json) terminal.printJson(shown);
  else terminal.print(usageText(answer, (text) => print(parse(text))));
}
