import type { Command } from 'commander';
import { SluiceError } from '../../base/errors.ts';
import type { CliContext } from '../cliContext.ts';
import { readText } from '../readText.ts';
import { runAdminCommand } from '../runAdminCommand.ts';
import { type AdminCommandOptions, withAdminOptions } from '../withAdminOptions.ts';

interface PlanOptions extends AdminCommandOptions {
  readonly operation?: string;
}

interface ShownPlan {
  readonly text: string;
  readonly plan: unknown;
}

const query = `query plan($operation: String!, $operationName: String) {
  plan(operation: $operation, operationName: $operationName) { text plan }
}`;

export function planCommand(program: Command, context: CliContext): void {
  withAdminOptions(
    program
      .command('plan <file>')
      .summary('show how an operation would be answered')
      .description(
        'Shows the query plan of an operation on the supergraph served now: which subgraph is asked for what, in which order.',
      )
      .option('--operation <name>', 'which operation of the file, where it holds several'),
  )
    .addHelpText(
      'after',
      `
Examples:
  $ sluice plan query.graphql
  $ echo '{ countries { name } }' | sluice plan - --json`,
    )
    .action(async (file: string, options: PlanOptions) => {
      const variables = { operation: await readText(file, context), operationName: options.operation };
      await runAdminCommand({ context, options }, async (client) => {
        const asked = client.ask<{ plan: ShownPlan }>(query, variables).catch(withPlaceIn(file));
        const { plan } = await context.terminal.waitFor('Planning', asked);
        if (options.json) context.terminal.printJson(plan.plan);
        else context.terminal.print(plan.text);
      });
    });
}

/** Puts `file:line:column` before a refusal that has a place in the document. */
function withPlaceIn(file: string): (failure: unknown) => never {
  return (failure) => {
    if (!(failure instanceof SluiceError)) throw failure;
    const { code, message, extensions } = failure;
    const place: unknown = Array.isArray(extensions.locations) ? extensions.locations[0] : null;
    if (!isPlace(place)) throw failure;
    const name = file === '-' ? '<stdin>' : file;
    throw new SluiceError(code, `${name}:${place.line}:${place.column}  ${message}`, { extensions });
  };
}

function isPlace(value: unknown): value is { line: number; column: number } {
  return typeof value === 'object' && value !== null && 'line' in value && 'column' in value;
}
