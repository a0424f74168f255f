import type { Command } from 'commander';
import type { AdminClient } from '../adminClient.ts';
import type { CliContext } from '../cliContext.ts';
import { cliFailure } from '../cliFailure.ts';
import {
  explainText,
  explanationFields,
  explanationsTable,
  type ShownExplanation,
  type ShownSummary,
  summaryFields,
} from '../explainText.ts';
import { runAdminCommand } from '../runAdminCommand.ts';
import { wholeNumber } from '../wholeNumber.ts';
import { type AdminCommandOptions, withAdminOptions } from '../withAdminOptions.ts';

interface ExplainOptions extends AdminCommandOptions {
  readonly first: number;
}

export function explainCommand(program: Command, context: CliContext): void {
  withAdminOptions(
    program
      .command('explain [request]')
      .summary('say why a request got the answer it got')
      .description(
        'Tells everything that was decided for a request, by the requestId of its errors (or x-request-id of its answer). Requests with errors, slow ones, those whose client left and a sample are kept for a while. Without an id it lists the last ones.',
      )
      .option('--first <count>', 'how many to list', wholeNumber, 20),
  )
    .addHelpText(
      'after',
      `
Examples:
  $ sluice explain
  $ sluice explain 2f1c6a52-6c4f-4f43-9d0e-5d1a4a2a9f60`,
    )
    .action(async (requestId: string | undefined, options: ExplainOptions) => {
      const work = (client: AdminClient) =>
        requestId === undefined
          ? list(client, { context, options })
          : explain(client, requestId, { context, options });
      await runAdminCommand({ context, options }, work);
    });
}

interface Asked {
  readonly context: CliContext;
  readonly options: ExplainOptions;
}

async function explain(
  client: AdminClient,
  id: string,
  { context: { terminal }, options }: Asked,
): Promise<void> {
  const query = `query explain($id: String!) { explain(id: $id) { ${explanationFields} } }`;
  const { explain: found } = await client.ask<{ explain: readonly ShownExplanation[] | null }>(query, { id });
  if (found === null) throw switchedOff();
  if (found.length === 0)
    throw cliFailure(
      `No request ${JSON.stringify(id)} is known: only those with errors, slow ones and a sample are kept, for a while (explain.retention). Its line in the log may still be there.`,
    );
  if (options.json) terminal.printJson(found);
  else terminal.print(found.map((each) => explainText(each, terminal)).join('\n\n'));
}

async function list(client: AdminClient, { context: { terminal }, options }: Asked): Promise<void> {
  const query = `query explanations($first: Int!) { explanations(first: $first) { ${summaryFields} } }`;
  const { first } = options;
  const { explanations } = await client.ask<{ explanations: readonly ShownSummary[] | null }>(query, {
    first,
  });
  if (explanations === null) throw switchedOff();
  if (options.json) terminal.printJson(explanations);
  else terminal.print(explanationsTable(explanations));
}

function switchedOff(): Error {
  return cliFailure('No request is kept here: it is switched off (explain.enabled).');
}
