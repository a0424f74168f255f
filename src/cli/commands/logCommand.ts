import type { Command } from 'commander';
import type { CliContext } from '../cliContext.ts';
import { durationOption } from '../durationOption.ts';
import { runAdminCommand } from '../runAdminCommand.ts';
import { type AdminCommandOptions, withAdminOptions } from '../withAdminOptions.ts';
import { wrongUsage } from '../wrongUsage.ts';

interface LevelOptions extends AdminCommandOptions {
  readonly for: string;
}

interface ShownLevel {
  readonly level: string;
  readonly configured: string;
  /** ISO 8601. */
  readonly until: string | null;
}

const levels = ['trace', 'debug', 'info', 'warn', 'error', 'silent'];

const fields = 'level configured until';
const readQuery = `{ state: logLevel { ${fields} } }`;
const setQuery = `mutation set($level: LogLevel!, $forSeconds: Int!, $author: String) {
  state: setLogLevel(level: $level, forSeconds: $forSeconds, author: $author) { ${fields} }
}`;

export function logCommand(program: Command, context: CliContext): void {
  const log = program
    .command('log')
    .summary('the level of the log, while the gateway runs')
    .description('Tells the level that the log of a running gateway is at, or changes it for a while.')
    .addHelpText(
      'after',
      `
Example:
  $ sluice log level debug --for 10m`,
    );
  withAdminOptions(
    log
      .command('level [level]')
      .description(`Sets the level (${levels.join(', ')}); without one, tells which it is.`)
      .option('--for <duration>', 'how long, up to 24h; then it is what the settings say', '10m'),
  ).action(async (level: string | undefined, options: LevelOptions) => {
    if (level !== undefined && !levels.includes(level))
      throw wrongUsage(`The level is ${JSON.stringify(level)}; allowed: ${levels.join(', ')}.`);
    const forMs = await durationOption('--for', options.for);
    await runAdminCommand({ context, options }, async (client) => {
      const { state } =
        level === undefined
          ? await client.ask<{ state: ShownLevel }>(readQuery)
          : await client.ask<{ state: ShownLevel }>(setQuery, {
              level: level.toUpperCase(),
              forSeconds: Math.ceil(forMs / 1000),
              author: context.env.USER ?? context.env.USERNAME,
            });
      if (options.json) context.terminal.printJson(state);
      else context.terminal.print(sentence(state));
    });
  });
}

function sentence({ level, configured, until }: ShownLevel): string {
  const now = `The log is at ${level.toLowerCase()}`;
  return until === null ? `${now}.` : `${now} until ${until}, then at ${configured.toLowerCase()} again.`;
}
