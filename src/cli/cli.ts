/**
 * Command line: `sluice COMMAND`. serve and dev run a gateway in this process, config and init work on a supergraph.yaml; every other
 * command is a client of a running gateway's admin API and knows nothing else of it.
 *
 * Results go to standard output, with --json as JSON only; errors and progress go to standard error, an error in one sentence and with
 * `file:line` where there is one. The exit status is 0 when done, 1 when refused or failed, 2 for wrong usage.
 */
import { CommanderError } from 'commander';
import { SluiceError } from '../base/errors.ts';
import type { CliContext } from './cliContext.ts';
import type { GatewayModule } from './gatewayModule.ts';
import { createProgram } from './program.ts';
import { createTerminal } from './terminal.ts';

/** Runs one command with the arguments after `sluice`; resolves with the exit status. */
export async function runCli(
  argv: readonly string[],
  { loadGateway }: { loadGateway: () => Promise<GatewayModule> },
): Promise<number> {
  const { stdout, stderr, env } = process;
  stdout.on('error', endWhenNobodyReads);
  const terminal = createTerminal({ stdout, stderr });
  const context: CliContext = {
    terminal,
    env,
    folder: process.cwd(),
    get stdin() {
      return process.stdin; // opened by those only who read it
    },
    loadGateway,
  };
  try {
    await createProgram(context).parseAsync(argv, { from: 'user' });
    return 0;
  } catch (failure) {
    return reportFailure(failure, (sentence) => terminal.report(`sluice: ${sentence}`));
  }
}

function reportFailure(failure: unknown, report: (sentence: string) => void): number {
  if (failure instanceof CommanderError) {
    const { code, exitCode, message } = failure;
    if (code.startsWith('sluice.')) {
      report(message);
      return exitCode;
    }
    return exitCode === 0 ? 0 : 2; // commander has written it already
  }
  if (failure instanceof SluiceError) {
    const { requestId } = failure.extensions;
    const internal = failure.code === 'INTERNAL_SERVER_ERROR' && typeof requestId === 'string';
    report(internal ? `${failure.message} (the gateway's log has more under ${requestId})` : failure.message);
    return 1;
  }
  report(failure instanceof Error ? failure.message : String(failure));
  return 1;
}

/** `sluice supergraph | head` closes our output early: that is no fault. */
function endWhenNobodyReads(failure: NodeJS.ErrnoException): void {
  if (failure.code === 'EPIPE') process.exit(0);
  throw failure;
}
