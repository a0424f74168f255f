import type { Command } from 'commander';
import type { CheckReport } from '../../model/registry.ts';
import { brokenLines, operationsFields, type ShownOperationsReport, uncheckedLines } from '../brokenLines.ts';
import type { CliContext } from '../cliContext.ts';
import { cliFailure } from '../cliFailure.ts';
import { readSdl } from '../readSdl.ts';
import { counted, remarkLine, reportFields, reportLines, type SdlFile } from '../reportLines.ts';
import { runAdminCommand } from '../runAdminCommand.ts';
import { type AdminCommandOptions, withAdminOptions } from '../withAdminOptions.ts';
import { type SchemaCommandOptions, withSchemaOptions } from '../withSchemaOptions.ts';

interface CheckOptions extends AdminCommandOptions, SchemaCommandOptions {
  readonly url?: string;
}

/** A report as the admin writes it. */
interface ShownReport extends Omit<CheckReport, 'operations'> {
  readonly operations: ShownOperationsReport | null;
}

interface ShownCheck {
  readonly name: string;
  readonly report: ShownReport;
  readonly sdlFile: SdlFile | null;
}

const query = `query check($subgraph: SubgraphInput!) { check(subgraph: $subgraph) { ${reportFields} ${operationsFields} } }`;

export function checkCommand(program: Command, context: CliContext): void {
  withAdminOptions(
    withSchemaOptions(
      program
        .command('check <name>')
        .summary('say what publishing a subgraph would do')
        .description(
          'Composes the supergraph with this version of the subgraph, without publishing it. Ends with 1 when it does not compose or would break clients; where usage is recorded, clients that asked lately for what it changes.',
        ),
    ).option('--url <url>', 'where the gateway would call it (default: where it is called now)'),
  )
    .addHelpText(
      'after',
      `
Examples:
  $ sluice check products --schema products.graphql
  $ sluice check products --schema products.graphql --json > report.json
  $ sluice check parcels --openapi parcels.yaml --mapping parcels.graphql
  $ sluice check stock --proto stock.proto --print     # shows the schema that is made of it`,
    )
    .action(async (name: string, options: CheckOptions) => {
      const { sdl, sdlFile } = await readSdl({ name, options, context });
      if (options.print) return context.terminal.print((sdl ?? '').trimEnd());
      await runAdminCommand({ context, options, sdlFile }, async (client) => {
        const variables = { subgraph: { name, url: options.url, sdl } };
        const asked = client.ask<{ check: ShownReport }>(query, variables);
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
  const { errors, changes, comparedWith, operations } = report;
  const print = (line: string): void => {
    if (!quiet) terminal.print(line);
  };
  for (const error of errors) terminal.report(remarkLine(error, sdlFile));
  for (const line of reportLines(report, { terminal, sdlFile })) print(line);
  for (const line of operations ? [...brokenLines(operations, terminal), ...uncheckedLines(operations)] : [])
    print(line);
  if (errors.length > 0) throw cliFailure(`${name} does not compose: ${counted(errors.length, 'error')}.`);
  const breaking = changes.filter(({ severity }) => severity === 'BREAKING').length;
  const against =
    comparedWith === null ? 'with nothing served yet' : `compared with supergraph version ${comparedWith}`;
  const found = `${counted(breaking, 'breaking change')}, ${against}`;
  const asked = operations && `${counted(operations.checked, 'operation')} asked since ${operations.since}`;
  if (operations && operations.broken.length > 0)
    throw cliFailure(`${name} composes, but would break ${operations.broken.length} of ${asked}: ${found}.`);
  const isSafeInPractice = operations !== null && operations.checked > 0;
  if (breaking > 0 && !isSafeInPractice)
    throw cliFailure(`${name} composes, but would break clients: ${found}.`);
  if (breaking > 0)
    print(
      `${name} is safe in practice: ${found}, and none of ${asked} would notice. Publishing it needs --allow-breaking.`,
    );
  else print(`${name} can be published: ${counted(changes.length, 'change')}, none breaking, ${against}.`);
}
