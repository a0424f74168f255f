import { basename } from 'node:path';
import { parse } from 'graphql';
import type { MessageTable } from '../messageTable.ts';
import { translationIn } from '../translationIn.ts';
import type { Draft } from './draft.ts';
import { importOpenapi } from './openapi/importOpenapi.ts';
import { type OpenFiles, openFiles } from './openFiles.ts';
import { overlay, readMapping } from './overlay.ts';
import { importProto } from './proto/importProto.ts';
import { readProto } from './proto/readProto.ts';
import { reflect } from './reflection/reflect.ts';
import { rootOf } from './reflection/rootOf.ts';
import type { ImportedSchema, SchemaSource } from './schemaSource.ts';
import { writeSdl } from './writeSdl.ts';

/** SDL of a .proto file, an OpenAPI document or a reflection, with its mapping over it. Throws a TranslationFault that says what is wrong with it. */
export async function importSchema(source: SchemaSource): Promise<ImportedSchema> {
  const { kind, file, mapping, includes } = source;
  const files = openFiles(file, includes);
  const read = await readDraft(source, files);
  const { table } = read;
  const mapped = mapping === null ? null : readMapping(openFiles(mapping, []).read(mapping), mapping);
  const draft = mapped ? overlay(read, mapped) : read;
  const from = [kind === 'reflection' ? 'the reflection of the service' : basename(file)];
  if (mapping !== null) from.push(basename(mapping));
  const protocol = kind === 'openapi' ? 'rest' : 'grpc';
  const sdl = writeSdl(draft, { protocol, table, writtenFrom: from.join(' and ') });
  // What cannot be carried out is told now, and not when it is published.
  translationIn(parse(sdl, { noLocation: true }).definitions);
  return { sdl, remarks: draft.remarks, files: [...files.seen, ...(mapping === null ? [] : [mapping])] };
}

async function readDraft(
  { kind, file, text, includes, headers = {} }: SchemaSource,
  files: OpenFiles,
): Promise<Draft & { readonly table: MessageTable | null }> {
  if (kind === 'proto') return importProto(readProto(file, files), file);
  if (kind === 'reflection') return importProto(rootOf(await reflect(file, { headers }), file), file);
  return { ...(await importOpenapi({ file, text }, files, includes.length > 0)), table: null };
}
