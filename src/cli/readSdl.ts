import type { CliContext } from './cliContext.ts';
import { readText } from './readText.ts';
import type { SdlFile } from './reportLines.ts';

export interface SdlToRead {
  /** The subgraph's name. */
  readonly name: string;
  /** As given by --schema; without it the admin asks the subgraph itself. */
  readonly file: string | undefined;
  readonly context: CliContext;
}

/** The SDL that --schema names, and how to call the place it was read from. */
export async function readSdl({
  name,
  file,
  context,
}: SdlToRead): Promise<{ sdl: string | null; sdlFile: SdlFile | null }> {
  if (file === undefined) return { sdl: null, sdlFile: null };
  const sdlFile = { subgraph: name, file: file === '-' ? '<stdin>' : file };
  return { sdl: await readText(file, context), sdlFile };
}
