import { SluiceError } from '../base/errors.ts';
import type { CompositionRemark, SchemaChange } from '../model/registry.ts';
import { type AdminClient, createAdminClient } from './adminClient.ts';
import { adminTarget } from './adminTarget.ts';
import type { CliContext } from './cliContext.ts';
import { cliFailure } from './cliFailure.ts';
import { changeLines, counted, remarkLine, type SdlFile } from './reportLines.ts';
import type { AdminCommandOptions } from './withAdminOptions.ts';

export interface AdminRun {
  readonly context: CliContext;
  readonly options: AdminCommandOptions;
  /** Where the SDL in question was read from, so that composition errors can name its lines. */
  readonly sdlFile?: SdlFile | null;
}

/** Runs a command against the admin; what it has to say about single lines or changes goes before its refusal. */
export async function runAdminCommand(
  run: AdminRun,
  work: (client: AdminClient) => Promise<void>,
): Promise<void> {
  const { context, options } = run;
  const client = createAdminClient(await adminTarget(options, context));
  try {
    await work(client);
  } catch (failure) {
    throw failure instanceof SluiceError ? writeReasons(failure, run) : failure;
  }
}

/** Writes each reason on a line and returns what is left to say: the admin's own message would repeat the first of them. */
function writeReasons(refusal: SluiceError, { context, options, sdlFile = null }: AdminRun): Error {
  const { code, message, extensions } = refusal;
  const { terminal } = context;
  const errors = listOf<CompositionRemark>(extensions.errors);
  const changes = listOf<SchemaChange>(extensions.changes);
  if (options.json) terminal.printJson({ error: { code, message, ...extensions } });
  for (const error of errors) terminal.report(remarkLine(error, sdlFile));
  for (const line of changeLines(changes, { paint: (_, text) => text })) terminal.report(line);
  if (errors.length > 0)
    return cliFailure(
      `Nothing was changed: the subgraphs do not compose (${counted(errors.length, 'error')}).`,
    );
  if (changes.length > 0)
    return cliFailure(
      `Nothing was changed: clients would break (${counted(changes.length, 'breaking change')}); --allow-breaking does it anyway.`,
    );
  return refusal;
}

function listOf<Entry>(value: unknown): readonly Entry[] {
  return Array.isArray(value) ? value : [];
}
