import { resolve } from 'node:path';
import type { Command } from 'commander';
import { systemClock } from '../../base/clock.ts';
import type { CliContext } from '../cliContext.ts';
import { durationOption } from '../durationOption.ts';
import { loadFile } from '../loadFile.ts';

interface TokenOptions {
  readonly sub: string;
  readonly scopes: string;
  readonly expires: string;
  readonly config?: string;
}

export function tokenCommand(program: Command, context: CliContext): void {
  program
    .command('token')
    .summary('print a token for `sluice dev`')
    .description(
      'Prints a bearer token of the development issuer and nothing else. Only `sluice dev` in the same folder takes it: its key is in storage.dir.',
    )
    .option('--sub <subject>', 'who the token says you are', 'developer')
    .option('--scopes <scopes>', 'what it allows, with spaces between', '')
    .option('--expires <duration>', 'how long it is good, such as 5m or 12h', '12h')
    .option('--config <file>', 'the configuration of the gateway (default: supergraph.yaml)')
    .addHelpText(
      'after',
      `
Examples:
  $ sluice token --sub ann --scopes "trips:read trips:write"
  $ curl http://127.0.0.1:4000/graphql -H "authorization: Bearer $(sluice token)" -H 'content-type: application/json' -d '{"query":"{ __typename }"}'`,
    )
    .action(async ({ sub: subject, scopes, expires, config }: TokenOptions) => {
      const lifetimeMs = await durationOption('--expires', expires);
      const { settings, folder } = await loadFile(config ?? null, context);
      const { devToken } = await import('../../identity/identity.ts');
      const dir = resolve(folder, settings.storage.dir);
      context.terminal.print(await devToken({ subject, scopes, lifetimeMs }, { dir, clock: systemClock }));
    });
}
