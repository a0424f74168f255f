import { basename } from 'node:path';
import { parse } from 'graphql';
import { translationIn } from '../translationIn.ts';
import { importOpenapi } from './openapi/importOpenapi.ts';
import { openFiles } from './openFiles.ts';
import { overlay, readMapping } from './overlay.ts';
import { importProto } from './proto/importProto.ts';
import type { ImportedSchema, SchemaSource } from './schemaSource.ts';
import { writeSdl } from './writeSdl.ts';

/** SDL of a .proto file or an OpenAPI document, with its mapping over it. Throws a TranslationFault that says what is wrong with it. */
export async function importSchema(source: SchemaSource): Promise<ImportedSchema> {
  const { kind, file, text, mapping, includes } = source;
  const files = openFiles(file, includes);
  const read =
    kind === 'proto'
      ? importProto(file, files)
      : { ...(await importOpenapi({ file, text }, files, includes.length > 0)), table: null };
  const { table } = read;
  const mapped = mapping === null ? null : readMapping(openFiles(mapping, []).read(mapping), mapping);
  const draft = mapped ? overlay(read, mapped) : read;
  const from = [file, ...(mapping === null ? [] : [mapping])].map((path) => basename(path)).join(' and ');
  const sdl = writeSdl(draft, { protocol: kind === 'proto' ? 'grpc' : 'rest', table, writtenFrom: from });
  // What cannot be carried out is told now, and not when it is published.
  translationIn(parse(sdl, { noLocation: true }).definitions);
  return { sdl, remarks: draft.remarks, files: [...files.seen, ...(mapping === null ? [] : [mapping])] };
}
