import { resolve } from 'node:path';
import { systemClock } from '../base/clock.ts';
import { createImporter } from '../translation/translation.ts';
import type { CliContext } from './cliContext.ts';
import { readText } from './readText.ts';
import type { SdlFile } from './reportLines.ts';
import type { SchemaCommandOptions } from './withSchemaOptions.ts';
import { wrongUsage } from './wrongUsage.ts';

export interface SdlToRead {
  /** The subgraph's name. */
  readonly name: string;
  /** Without any of them the admin asks the subgraph itself. */
  readonly options: SchemaCommandOptions;
  readonly context: CliContext;
}

interface ReadSdl {
  readonly sdl: string | null;
  /** How to call the place it was read from; null where its lines are nobody's. */
  readonly sdlFile: SdlFile | null;
}

/** The SDL that --schema names, or that is made of --proto, --openapi or --reflect; what was left out of it is reported. */
export async function readSdl({ name, options, context }: SdlToRead): Promise<ReadSdl> {
  const { schema, proto, openapi, reflect, mapping, include, print } = options;
  const sources = [schema, proto, openapi, reflect].filter((each) => each !== undefined);
  if (sources.length > 1)
    throw wrongUsage('--schema, --proto, --openapi and --reflect exclude each other: give one of them.');
  const described = proto ?? openapi ?? reflect;
  if (described === undefined) {
    if (mapping !== undefined || include !== undefined || print)
      throw wrongUsage('--mapping, --include and --print go with --proto, --openapi or --reflect.');
    if (schema === undefined) return { sdl: null, sdlFile: null };
    const sdlFile = { subgraph: name, file: schema === '-' ? '<stdin>' : schema };
    return { sdl: await readText(schema, context), sdlFile };
  }
  if (reflect !== undefined && include !== undefined)
    throw wrongUsage('--include goes with --proto or --openapi: a service tells of all its files.');
  const inFolder = (path: string): string => resolve(context.folder, path);
  const isUrl = proto === undefined && /^https?:/.test(described);
  const source = {
    kind: proto !== undefined ? 'proto' : openapi !== undefined ? 'openapi' : 'reflection',
    file: isUrl || reflect !== undefined ? described : inFolder(described),
    text: null,
    mapping: mapping === undefined ? null : inFolder(mapping),
    includes: (include ?? []).map(inFolder),
  } as const;
  const { sdl, remarks } = await createImporter({ clock: systemClock }).import(
    source,
    new AbortController().signal,
  );
  for (const remark of remarks) context.terminal.report(remark);
  return { sdl, sdlFile: null };
}
