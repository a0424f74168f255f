import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Loaded } from '../gateway.ts';
import type { CliContext } from './cliContext.ts';
import { cliFailure } from './cliFailure.ts';
import { loadFile } from './loadFile.ts';

/** The settings of a file that has to be there. `instead` says what else this command takes, such as `, or try --this`. */
export async function loadExistingFile(
  file: string | null,
  { context, instead = '' }: { context: CliContext; instead?: string },
): Promise<Loaded> {
  if (file === null && !existsSync(resolve(context.folder, 'supergraph.yaml')))
    throw cliFailure(
      `There is no supergraph.yaml here: write one with \`sluice init\`, or name another with --config${instead}.`,
    );
  return loadFile(file, context);
}
