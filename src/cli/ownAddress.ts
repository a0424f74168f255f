import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { CliContext } from './cliContext.ts';
import { loadFile } from './loadFile.ts';
import { readText } from './readText.ts';

interface Door {
  readonly section: 'admin' | 'server';
  readonly port: number;
  /** The port that the environment says, if it does. */
  readonly envPort: string | undefined;
  /** The configuration that was named. */
  readonly config: string | undefined;
}

/** Where a door of the gateway is that this folder's configuration describes; `path` where the configuration sets one. */
export async function ownAddress(
  { section, port, envPort, config }: Door,
  context: CliContext,
): Promise<{ readonly url: string; readonly path: string | undefined }> {
  const file = config ?? 'supergraph.yaml';
  const told = envPort && /^\d{1,5}$/.test(envPort) ? { port: envPort } : {};
  const isThere = config !== undefined || existsSync(resolve(context.folder, file));
  // The admin's port alone is all there is to know; of the other door there is the path, too.
  const isKnown = !isThere || (section === 'admin' && told.port !== undefined);
  const set: Address = isKnown
    ? {}
    : ((await plainAddress(section, await readText(file, context))) ??
      (await loadFile(file, context)).settings[section]);
  return { url: localUrl({ port, ...set, ...told }), path: set.path };
}

interface Address {
  readonly port?: number | string | undefined;
  readonly host?: string | undefined;
  readonly path?: string | undefined;
}

/** A door bound to all addresses is asked on this machine. */
function localUrl({ port, host = '127.0.0.1' }: Address): string {
  const near = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `http://${near.includes(':') ? `[${near}]` : near}:${port}`;
}

/** Reading all settings loads every part; commands that only need an address do without where it is plainly written. */
async function plainAddress(section: Door['section'], text: string): Promise<Address | null> {
  const { parseDocument } = await import('yaml');
  const document = parseDocument(text);
  if (document.errors.length > 0) return null;
  const file: unknown = document.toJS();
  const door = isObject(file) ? (file[section] ?? {}) : null;
  if (!isObject(door)) return null;
  const { port, host, path } = door;
  const isPlain =
    (port === undefined || typeof port === 'number') && [host, path].every((each) => isPlainText(each));
  if (!isPlain) return null;
  return Object.fromEntries(Object.entries({ port, host, path }).filter(([, value]) => value !== undefined));
}

function isPlainText(value: unknown): boolean {
  return value === undefined || (typeof value === 'string' && !value.includes('$'));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
