import type { Command } from 'commander';
import type { CliContext } from './cliContext.ts';
import { wholeNumber } from './wholeNumber.ts';
import { type AdminCommandOptions, withAdminOptions } from './withAdminOptions.ts';

export interface ChangeCommandOptions extends AdminCommandOptions {
  readonly base?: number;
  readonly idempotencyKey?: string;
  readonly author?: string;
}

/** The options that every command has that changes the registry, behind those of its own. */
export function withChangeOptions(command: Command): Command {
  return withAdminOptions(
    command
      .option(
        '--base <version>',
        'the supergraph version you looked at: refused if the same subgraph changed since',
        wholeNumber,
      )
      .option('--idempotency-key <key>', 'repeating the command under the same key changes nothing more')
      .option(
        '--author <name>',
        'who to note as the author (default: your login name; an admin token has its own)',
      ),
  );
}

/** The variables of a change that its options give. */
export function changeVariables(options: ChangeCommandOptions, { env }: CliContext): Record<string, unknown> {
  const { base, idempotencyKey } = options;
  return { base, idempotencyKey, author: options.author ?? env.USER ?? env.USERNAME };
}
