import { fileURLToPath, pathToFileURL } from 'node:url';
import SwaggerParser from '@apidevtools/swagger-parser';
import type { OpenAPIV3 } from 'openapi-types';
import { parse as parseYaml } from 'yaml';
import { TranslationFault } from '../../translationFault.ts';
import type { OpenFiles } from '../openFiles.ts';

/** An OpenAPI document whose references all stay within it. */
export interface OpenapiDocument {
  readonly document: OpenAPIV3.Document;
  /** What a reference within it stands for; null when there is nothing. */
  resolve(pointer: string): unknown;
}

/** The text of one, and what it is called: a path or a URL. */
export interface OpenapiText {
  readonly file: string;
  /** What was fetched; null to read the file. */
  readonly text: string | null;
}

/**
 * Reads an OpenAPI document. References to other files are followed into the folders that are allowed, and to other hosts never. Throws a
 * TranslationFault with the reason when it is none.
 */
export async function readOpenapi(
  { file, text }: OpenapiText,
  files: OpenFiles,
  mayFollow: boolean,
): Promise<OpenapiDocument> {
  const read = parsed(text ?? files.read(file), file);
  const version = String(read.openapi ?? read.swagger ?? '');
  if (!/^3\.[01](?:\.|$)/.test(version))
    throw new TranslationFault(
      `${file}: ${version === '' ? 'this is no OpenAPI document' : `OpenAPI ${version} is not read`}; expected 3.0 or 3.1.`,
    );
  const outside = externalReferences(read);
  const [first] = outside;
  if (first !== undefined && (!mayFollow || text !== null)) throw notFollowed(file, first);
  const document = outside.length === 0 ? read : await bundled(read, { file, files });
  const [left] = externalReferences(document);
  if (left !== undefined) throw notFollowed(file, left);
  return {
    document: document as unknown as OpenAPIV3.Document,
    resolve: (pointer) => memberOf(document, pointer),
  };
}

type Parsed = Readonly<Record<string, unknown>>;

function parsed(text: string, file: string): Parsed {
  try {
    const value: unknown = /^\s*\{/.test(text)
      ? JSON.parse(text)
      : parseYaml(text, { maxAliasCount: 100, merge: false });
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Parsed;
  } catch (cause) {
    throw new TranslationFault(`${file} cannot be read: ${(cause as Error).message.split('\n')[0]}`, {
      cause,
    });
  }
  throw new TranslationFault(`${file}: this is no OpenAPI document.`);
}

async function bundled(read: Parsed, { file, files }: { file: string; files: OpenFiles }): Promise<Parsed> {
  const resolver = {
    order: 1,
    canRead: true,
    read({ url }: { url: string }) {
      const path = url.startsWith('file:') ? fileURLToPath(url) : url;
      const found = /^\w+:/.test(path) ? null : files.find(path, file);
      if (found === null) throw notFollowed(file, url);
      return files.read(found);
    },
  };
  try {
    const options = { resolve: { external: true, file: resolver, http: false as const } };
    const api = structuredClone(read) as never;
    return (await SwaggerParser.bundle(pathToFileURL(file).href, api, options)) as unknown as Parsed;
  } catch (cause) {
    if (cause instanceof TranslationFault) throw cause;
    throw new TranslationFault(`${file}: ${(cause as Error).message.split('\n')[0]}`, { cause });
  }
}

function notFollowed(file: string, reference: string): TranslationFault {
  return new TranslationFault(
    `${file} has a $ref to "${reference.slice(0, 200)}", which is not followed: only references within the document are, and to files in the folders of includes.`,
  );
}

/** References that lead out of the document. */
function externalReferences(document: unknown): readonly string[] {
  const found: string[] = [];
  const seen = new Set<object>();
  const waiting: unknown[] = [document];
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (typeof value !== 'object' || value === null || seen.has(value)) continue;
    seen.add(value);
    const reference = (value as { $ref?: unknown }).$ref;
    if (typeof reference === 'string' && !reference.startsWith('#')) found.push(reference);
    for (const member of Object.values(value)) waiting.push(member);
  }
  return found;
}

function memberOf(document: unknown, pointer: string): unknown {
  let at = document;
  for (const written of pointer.replace(/^#\/?/, '').split('/')) {
    if (typeof at !== 'object' || at === null) return null;
    const step = decodeURIComponent(written).replaceAll('~1', '/').replaceAll('~0', '~');
    at = step === '' ? at : Object.hasOwn(at, step) ? (at as Record<string, unknown>)[step] : null;
  }
  return at ?? null;
}
