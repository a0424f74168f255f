import type { Command } from 'commander';
import type { ChangeOutcome } from '../../model/registry.ts';
import type { CliContext } from '../cliContext.ts';
import { readSdl } from '../readSdl.ts';
import { reportFields } from '../reportLines.ts';
import { runAdminCommand } from '../runAdminCommand.ts';
import { showOutcome } from '../showOutcome.ts';
import { type ChangeCommandOptions, changeVariables, withChangeOptions } from '../withChangeOptions.ts';
import { type SchemaCommandOptions, withSchemaOptions } from '../withSchemaOptions.ts';

interface PublishOptions extends ChangeCommandOptions, SchemaCommandOptions {
  readonly url?: string;
  readonly allowBreaking?: boolean;
}

const query = `mutation publish($subgraphs: [SubgraphInput!]!, $base: Int, $allowBreaking: Boolean, $idempotencyKey: String, $author: String) {
  publish(subgraphs: $subgraphs, base: $base, allowBreaking: $allowBreaking, idempotencyKey: $idempotencyKey, author: $author) {
    version changed report { ${reportFields} }
  }
}`;

export function publishCommand(program: Command, context: CliContext): void {
  withChangeOptions(
    withSchemaOptions(
      program
        .command('publish <name>')
        .summary('publish a new version of a subgraph')
        .description(
          'Composes the supergraph with this version of the subgraph and serves it within a second. What does not compose, or breaks clients, is refused and changes nothing.',
        )
        .option('--url <url>', 'where the gateway calls it (default: where it is called now)'),
    ).option('--allow-breaking', 'publish although clients may break'),
  )
    .addHelpText(
      'after',
      `
Examples:
  $ sluice publish products --url http://127.0.0.1:5001/graphql --schema products.graphql
  $ sluice publish products --url http://127.0.0.1:5001/graphql     # asks the subgraph for its schema
  $ npm run print-schema | sluice publish products --schema - --base 12
  $ sluice publish parcels --url http://127.0.0.1:5002 --openapi parcels.yaml --mapping parcels.graphql
  $ sluice publish stock --url http://127.0.0.1:5003 --proto stock.proto --print     # shows what would be published
  $ sluice publish stock --url http://127.0.0.1:5003 --reflect http://127.0.0.1:5003         # asks the gRPC service itself`,
    )
    .action(async (name: string, options: PublishOptions) => {
      const { sdl, sdlFile } = await readSdl({ name, options, context });
      if (options.print) return context.terminal.print((sdl ?? '').trimEnd());
      // Nobody wrote it: who publishes sees it first.
      if (sdl !== null && sdlFile === null && !options.json) context.terminal.print(`${sdl.trimEnd()}\n`);
      await runAdminCommand({ context, options, sdlFile }, async (client) => {
        const { publish: outcome } = await context.terminal.waitFor(
          'Composing',
          client.ask<{ publish: ChangeOutcome }>(query, {
            subgraphs: [{ name, url: options.url, sdl }],
            allowBreaking: options.allowBreaking,
            ...changeVariables(options, context),
          }),
        );
        showOutcome({ outcome, done: `${name} is published`, options, terminal: context.terminal, sdlFile });
      });
    });
}
