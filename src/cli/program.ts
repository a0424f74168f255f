import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import type { CliContext } from './cliContext.ts';
import { auditCommand } from './commands/auditCommand.ts';
import { cacheCommand } from './commands/cacheCommand.ts';
import { checkCommand } from './commands/checkCommand.ts';
import { configCommand } from './commands/configCommand.ts';
import { devCommand } from './commands/devCommand.ts';
import { explainCommand } from './commands/explainCommand.ts';
import { historyCommand } from './commands/historyCommand.ts';
import { initCommand } from './commands/initCommand.ts';
import { instancesCommand } from './commands/instancesCommand.ts';
import { invoiceCommand } from './commands/invoiceCommand.ts';
import { keysCommand } from './commands/keysCommand.ts';
import { limitsCommand } from './commands/limitsCommand.ts';
import { logCommand } from './commands/logCommand.ts';
import { planCommand } from './commands/planCommand.ts';
import { publishCommand } from './commands/publishCommand.ts';
import { rollbackCommand } from './commands/rollbackCommand.ts';
import { serveCommand } from './commands/serveCommand.ts';
import { subgraphsCommand } from './commands/subgraphsCommand.ts';
import { supergraphCommand } from './commands/supergraphCommand.ts';
import { tokenCommand } from './commands/tokenCommand.ts';
import { unpublishCommand } from './commands/unpublishCommand.ts';
import { usageCommand } from './commands/usageCommand.ts';

const description = `Sluice: one GraphQL endpoint over many subgraphs, with the registry inside.

dev and serve run a gateway; publish and what follows ask its admin. The exit status is 0 when done, 1 when refused or failed, 2 for wrong usage.`;

const examples = `
Examples:
  $ sluice init                                     # a supergraph.yaml to start from
  $ sluice dev                                      # your subgraphs and the gateway, on this machine
  $ sluice publish products --schema products.graphql --url http://127.0.0.1:5001/graphql
  $ sluice plan query.graphql                       # how it would be answered`;

/** The commands in the order in which people meet them. */
const commands = [
  initCommand,
  devCommand,
  serveCommand,
  publishCommand,
  checkCommand,
  unpublishCommand,
  rollbackCommand,
  historyCommand,
  auditCommand,
  subgraphsCommand,
  instancesCommand,
  supergraphCommand,
  planCommand,
  usageCommand,
  invoiceCommand,
  explainCommand,
  limitsCommand,
  cacheCommand,
  logCommand,
  keysCommand,
  tokenCommand,
  configCommand,
];

/** The command line as commander knows it; it never ends the process by itself. */
export function createProgram(context: CliContext): Command {
  const program = new Command('sluice')
    .description(description)
    .version(packageVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => context.terminal.print(text.trimEnd()),
      writeErr: (text) => context.terminal.report(text.trimEnd()),
      outputError: (text, write) => write(text.replace(/^error: /, 'sluice: ').replace(/\n\(/, ' (')),
    });
  for (const add of commands) add(program, context);
  program.addHelpText('after', examples);
  return program;
}

function packageVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  return version;
}
