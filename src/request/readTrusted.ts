import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { parse } from 'graphql';
import { sha256 } from '../base/sha256.ts';

/** Documents that were known before anybody asked for them. */
export interface TrustedDocuments {
  /** The text under an id, or undefined. */
  textOf(id: string): string | undefined;
  has(text: string): boolean;
}

/** More than this is no manifest. */
const maxDocuments = 100_000;

/** The trusted documents of a folder or manifest; `named` is what errors call it. */
export async function readTrusted(
  location: string,
  named: string,
): Promise<TrustedDocuments & { readonly size: number }> {
  const byId = new Map<string, string>();
  const texts = new Set<string>();
  const add = (id: string, text: unknown, where: string): void => {
    if (typeof text !== 'string') throw new Error(`${where}: the document ${id} is no text`);
    const known = byId.get(id);
    if (known !== undefined && known !== text)
      throw new Error(`${where}: the id ${id} stands for two documents`);
    byId.set(id, text);
    texts.add(text.trim());
    if (texts.size > maxDocuments) throw new Error(`${where}: more than ${maxDocuments} documents`);
  };
  for (const file of await filesOf(location)) {
    const where = file === location ? named : join(named, relative(location, file));
    const text = await readFile(file, 'utf8');
    if (file.endsWith('.json')) for (const [id, body] of manifestEntries(text, where)) add(id, body, where);
    else for (const id of idsOf(relative(location, file), text)) add(id, textOf(text, where), where);
  }
  return { size: texts.size, textOf: (id) => byId.get(id), has: (text) => texts.has(text.trim()) };
}

/** Differs when a file was changed, added or removed. */
export async function fingerprintOf(location: string): Promise<string> {
  const files = await filesOf(location);
  const states = await Promise.all(
    files.map(async (file) => {
      const { mtimeMs, size } = await stat(file);
      return `${file} ${mtimeMs} ${size}`;
    }),
  );
  return states.join('\n');
}

async function filesOf(location: string): Promise<readonly string[]> {
  if (!(await stat(location)).isDirectory()) return [location];
  const entries = await readdir(location, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && /\.(?:graphql|gql|json)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** A file is known by its name and by the hash of its text, as it is and without the line end that editors add. */
function idsOf(file: string, text: string): readonly string[] {
  const name = file
    .replace(/\.(?:graphql|gql)$/, '')
    .split(sep)
    .join('/');
  const hashes = [sha256(text), sha256(text.trim())];
  return [name, ...hashes, ...hashes.map((hash) => `sha256:${hash}`)].filter((id) => id !== '');
}

/** A document that is no GraphQL would be refused each time it is asked for: better now. */
function textOf(text: string, where: string): string {
  try {
    parse(text, { noLocation: true });
  } catch (cause) {
    throw new Error(`${where} is no GraphQL: ${(cause as Error).message}`, { cause });
  }
  return text.trim();
}

/** Apollo's manifest (`format: apollo-persisted-query-manifest`, version 1), or texts by id as Relay and others write them. */
function manifestEntries(text: string, where: string): readonly (readonly [string, unknown])[] {
  const manifest = parseJson(text, where);
  if (manifest.format === undefined) return Object.entries(manifest);
  const { format, version, operations } = manifest;
  if (format !== 'apollo-persisted-query-manifest' || version !== 1 || !Array.isArray(operations)) {
    throw new Error(
      `${where} is a manifest of another kind; allowed: apollo-persisted-query-manifest in version 1, or texts by id`,
    );
  }
  return operations.map((operation: { id?: unknown; body?: unknown }) => [
    String(operation.id),
    operation.body,
  ]);
}

function parseJson(text: string, where: string): Record<string, unknown> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw new Error(`${where} is no JSON`, { cause });
  }
  if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed))
    return parsed as Record<string, unknown>;
  throw new Error(`${where} is no manifest; allowed: a JSON object`);
}
