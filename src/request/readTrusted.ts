import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { parse } from 'graphql';
import { sha256 } from '../base/sha256.ts';
import type { Route } from '../model/route.ts';
import { type ListedRoute, listedRoute } from './listedRoute.ts';
import { readRoutes } from './readRoutes.ts';
import { refuseAmbiguousRoutes } from './refuseAmbiguousRoutes.ts';

/** Documents that were known before anybody asked for them. What says their routes is in none of the texts they give. */
export interface TrustedDocuments {
  /** The text under an id, or undefined. */
  textOf(id: string): string | undefined;
  /** What a text that was sent stands for; undefined where it is not trusted. */
  known(text: string): string | undefined;
  readonly routes: readonly Route[];
}

/** More than this is no manifest. */
const maxDocuments = 100_000;

/** The trusted documents of a folder or manifest; `named` is what errors call it. `listed` are routes that stand beside them. */
export async function readTrusted(
  location: string,
  { named, listed }: { readonly named: string; readonly listed: readonly ListedRoute[] },
): Promise<TrustedDocuments & { readonly size: number }> {
  const byId = new Map<string, string>();
  const bySent = new Map<string, string>();
  const routes: Route[] = [];
  const add = (id: string, sent: unknown, where: string): void => {
    if (typeof sent !== 'string') throw new Error(`${where}: the document ${id} is no text`);
    const text = bySent.get(sent.trim()) ?? read(sent, where);
    const known = byId.get(id);
    if (known !== undefined && known.trim() !== text.trim())
      throw new Error(`${where}: the id ${id} stands for two documents`);
    byId.set(id, text);
    if (bySent.size > maxDocuments) throw new Error(`${where}: more than ${maxDocuments} documents`);
  };
  const read = (sent: string, where: string): string => {
    const document = readRoutes(sent, where);
    routes.push(...document.routes);
    bySent.set(sent.trim(), document.text);
    return document.text;
  };
  for (const file of await filesOf(location)) {
    const where = file === location ? named : join(named, relative(location, file));
    const text = await readFile(file, 'utf8');
    if (file.endsWith('.json')) for (const [id, body] of manifestEntries(text, where)) add(id, body, where);
    else for (const id of idsOf(relative(location, file), text)) add(id, textOf(text, where), where);
  }
  const size = bySent.size;
  // Clients may know a document without what it says to the gateway.
  for (const { text } of routes) {
    bySent.set(text.trim(), text);
    for (const id of hashesOf(text)) byId.set(id, text);
  }
  routes.push(...listed.map((route, at) => listedRoute(route, { at, textOf: (id) => byId.get(id) })));
  refuseAmbiguousRoutes(routes);
  return { size, routes, textOf: (id) => byId.get(id), known: (text) => bySent.get(text.trim()) };
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
  return [name, ...hashesOf(text)].filter((id) => id !== '');
}

function hashesOf(text: string): readonly string[] {
  const hashes = [sha256(text), sha256(text.trim())];
  return [...hashes, ...hashes.map((hash) => `sha256:${hash}`)];
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
