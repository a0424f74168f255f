import type { Command } from 'commander';
import type { CliContext } from '../cliContext.ts';
import { runAdminCommand } from '../runAdminCommand.ts';
import { type AdminCommandOptions, withAdminOptions } from '../withAdminOptions.ts';
import { cacheExplainCommand } from './cacheExplainCommand.ts';

const purge = `mutation purge($subgraph: String, $type: String, $key: String, $tag: String) {
  purgeCache(subgraph: $subgraph, type: $type, key: $key, tag: $tag) { done }
}`;

interface PurgeOptions extends AdminCommandOptions {
  readonly subgraph?: string;
  readonly type?: string;
  readonly key?: string;
  readonly tag?: string;
}

export function cacheCommand(program: Command, context: CliContext): void {
  const cache = program.command('cache').summary("subgraphs' answers that the gateway keeps");
  withAdminOptions(
    cache
      .command('purge')
      .summary('throw away what is kept')
      .description('What fits all that is given is not used any more, by any gateway on the same store.')
      .option('--subgraph <name>', 'what this subgraph answered')
      .option('--type <name>', 'entities of this type, and whatever may hold one')
      .option('--key <json>', 'the one entity of the type with this key, such as \'{"code":"CH"}\'')
      .option('--tag <tag>', 'what carries this tag (@cacheTag)'),
  )
    .addHelpText(
      'after',
      `
Examples:
  $ sluice cache purge --subgraph countries
  $ sluice cache purge --type Country --key '{"code":"CH"}'`,
    )
    .action((options: PurgeOptions) =>
      runAdminCommand({ context, options }, async (client) => {
        const { subgraph, type, key, tag, json } = options;
        const { purgeCache } = await client.ask<{ purgeCache: { done: boolean } }>(purge, {
          subgraph,
          type,
          key,
          tag,
        });
        if (json) context.terminal.printJson(purgeCache);
        else context.terminal.print('Thrown away.');
      }),
    );
  cacheExplainCommand(cache, context);
}
