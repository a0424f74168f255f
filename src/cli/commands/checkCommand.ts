import type { Command } from 'commander';
import type { CheckReport } from '../../model/registry.ts';
import type { CliContext } from '../cliContext.ts';
import { cliFailure } from '../cliFailure.ts';
import { readSdl } from '../readSdl.ts';
import { counted, remarkLine, reportFields, reportLines, type SdlFile } from '../reportLines.ts';
import { runAdminCommand } from '../runAdminCommand.ts';
import { type AdminCommandOptions, withAdminOptions } from '../withAdminOptions.ts';

interface CheckOptions extends AdminCommandOptions {
  readonly url?: string;
  readonly schema?: string;
}

interface ShownCheck {
  readonly name: string;
  readonly report: CheckReport;
  readonly sdlFile: SdlFile | null;
}

const query = `query check($subgraph: SubgraphInput!) { check(subgraph: $subgraph) { ${reportFields} } }`;

export function checkCommand(program: Command, context: CliContext): void {
  withAdminOptions(
    program
      .command('check <name>')
      .summary('say what publishing a subgraph would do')
      .description(
        'Composes the supergraph with this version of the subgraph, without publishing it. Ends with 1 when it does not compose or would break clients.',
      )
      .option(
        '--schema <file>',
        'its schema, or - for standard input (default: the subgraph is asked for it)',
      )
      .option('--url <url>', 'where the gateway would call it (default: where it is called now)'),
  )
    .addHelpText(
      'after',
      `
Examples:
  $ sluice check products --schema products.graphql
  $ sluice check products --schema products.graphql --json > report.json`,
    )
    .action(async (name: string, options: CheckOptions) => {
      const { sdl, sdlFile } = await readSdl({ name, file: options.schema, context });
      await runAdminCommand({ context, options, sdlFile }, async (client) => {
        const variables = { subgraph: { name, url: options.url, sdl } };
        const asked = client.ask<{ check: CheckReport }>(query, variables);
        const { check: report } = await context.terminal.waitFor('Composing', asked);
        if (options.json) context.terminal.printJson(report);
        showCheck({ name, report, sdlFile }, { quiet: options.json === true, context });
      });
    });
}

function showCheck(
  { name, report, sdlFile }: ShownCheck,
  { quiet, context: { terminal } }: { quiet: boolean; context: CliContext },
): void {
  const { errors, changes, comparedWith } = report;
  for (const error of errors) terminal.report(remarkLine(error, sdlFile));
  if (!quiet) for (const line of reportLines(report, { terminal, sdlFile })) terminal.print(line);
  if (errors.length > 0) throw cliFailure(`${name} does not compose: ${counted(errors.length, 'error')}.`);
  const breaking = changes.filter(({ severity }) => severity === 'BREAKING').length;
  const against =
    comparedWith === null ? 'with nothing served yet' : `compared with supergraph version ${comparedWith}`;
  if (breaking > 0)
    throw cliFailure(
      `${name} composes, but would break clients: ${counted(breaking, 'breaking change')}, ${against}.`,
    );
  if (!quiet)
    terminal.print(
      `${name} can be published: ${counted(changes.length, 'change')}, none breaking, ${against}.`,
    );
}
