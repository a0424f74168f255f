import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { CliContext } from '../cliContext.ts';
import { cliFailure } from '../cliFailure.ts';
import { initialSettings } from '../initialSettings.ts';

interface InitOptions {
  readonly config: string;
  readonly force?: boolean;
}

export function initCommand(program: Command, context: CliContext): void {
  program
    .command('init')
    .summary('write a supergraph.yaml to start from')
    .description('Writes a commented supergraph.yaml for your own subgraphs.')
    .option('--config <file>', 'the file to write', 'supergraph.yaml')
    .option('--force', 'overwrite the file if it is there')
    .addHelpText(
      'after',
      `
Example:
  $ sluice init && $EDITOR supergraph.yaml && sluice serve`,
    )
    .action(async ({ config, force }: InitOptions) => {
      try {
        await writeFile(resolve(context.folder, config), initialSettings, { flag: force ? 'w' : 'wx' });
      } catch (failure) {
        const code = failure instanceof Error && 'code' in failure ? failure.code : null;
        if (code === 'EEXIST')
          throw cliFailure(
            `${config} is there already: give another name with --config, or overwrite it with --force.`,
          );
        throw cliFailure(
          `${config} cannot be written: ${failure instanceof Error ? failure.message : String(failure)}.`,
        );
      }
      context.terminal.print(`${config} is written: put your subgraphs into it, then run \`sluice serve\`.`);
    });
}
