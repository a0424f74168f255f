import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { Loaded } from '../../gateway.ts';
import type { CliContext } from '../cliContext.ts';
import { loadExistingFile } from '../loadExistingFile.ts';
import { loadFile } from '../loadFile.ts';
import { counted } from '../reportLines.ts';
import { table } from '../table.ts';

interface ConfigOptions {
  readonly config?: string;
  readonly json?: boolean;
}

const fileOption = ['--config <file>', 'the configuration (default: supergraph.yaml)'] as const;

export function configCommand(program: Command, context: CliContext): void {
  const { terminal } = context;
  const config = program
    .command('config')
    .summary('check, print or describe the configuration')
    .description('Checks the configuration, prints it with all defaults, or prints its JSON Schema.');

  config
    .command('check')
    .description(
      'Says whether the configuration can be used; ends with 1 and every fault as file:line:column when not.',
    )
    .option(...fileOption)
    .option('--json', 'write the result as JSON')
    .action(async (options: ConfigOptions) => {
      const { file, settings } = await loadExistingFile(options.config ?? null, { context });
      const subgraphs = Object.keys(settings.subgraphs);
      if (options.json) terminal.printJson({ file, subgraphs });
      else
        terminal.print(
          `${options.config ?? 'supergraph.yaml'} can be used: ${counted(subgraphs.length, 'subgraph')}.`,
        );
    });

  config
    .command('print')
    .description(
      'Prints every setting in force with where it came from, secrets hidden, and the source of each subgraph that was last served from here.',
    )
    .option(...fileOption)
    .option('--json', 'write the result as JSON')
    .action(async (options: ConfigOptions) => {
      const { printSettings } = await import('../../config/config.ts');
      const loaded = await loadFile(options.config ?? null, context);
      terminal.print(printSettings(loaded, options.json ? 'json' : 'yaml').trimEnd());
      if (!options.json) for (const line of await inForceLines(loaded)) terminal.print(line);
    });

  config
    .command('schema')
    .description('Prints the JSON Schema of supergraph.yaml, for editors.')
    .action(async () => {
      const { settingsJsonSchema, settingsSections } = await import('../../config/config.ts');
      terminal.printJson(settingsJsonSchema(settingsSections));
    });
}

/**
 * What was last served from this folder, as comments: a listed file is not always what is in force, since somebody may have published
 * another version, or rolled back.
 */
async function inForceLines({ settings, folder }: Loaded): Promise<string[]> {
  const { readLastGood } = await import('../../registry/registry.ts');
  const { lastGood } = await readLastGood(resolve(folder, settings.storage.dir, 'supergraphs'));
  if (!lastGood) return ['# Nothing has been served from here yet.'];
  const { version, subgraphs } = lastGood.supergraph;
  const rows = subgraphs.map((one) => [
    `#   ${one.name}`,
    `version ${one.version}`,
    one.source,
    `by ${one.author}`,
  ]);
  return [`# Last served from here: supergraph version ${version}, made of`, table(rows)];
}
