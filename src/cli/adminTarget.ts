import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { AdminTarget } from './adminClient.ts';
import type { CliContext } from './cliContext.ts';
import { loadFile } from './loadFile.ts';
import { readText } from './readText.ts';
import { wrongUsage } from './wrongUsage.ts';

export interface AdminTargetOptions {
  readonly admin?: string;
  readonly token?: string;
  readonly config?: string;
}

const defaultPort = 4100;

/** Where the admin is: `--admin`, else ADMIN_PORT, else `admin` of supergraph.yaml, else its default. */
export async function adminTarget(options: AdminTargetOptions, context: CliContext): Promise<AdminTarget> {
  const token = options.token ?? (context.env.SLUICE_ADMIN_TOKEN || null);
  const url = options.admin === undefined ? await ownUrl(options, context) : checkedUrl(options.admin);
  return { url, token };
}

function checkedUrl(url: string): string {
  if (URL.canParse(url) && /^https?:\/\//i.test(url)) return url;
  throw wrongUsage(`--admin is ${JSON.stringify(url)}; it has to be a URL such as http://127.0.0.1:4100.`);
}

/** The admin of the gateway that this folder's configuration describes. */
async function ownUrl({ config }: AdminTargetOptions, context: CliContext): Promise<string> {
  const { ADMIN_PORT: envPort } = context.env;
  const file = config ?? 'supergraph.yaml';
  if (envPort && /^\d{1,5}$/.test(envPort)) return localUrl({ port: envPort });
  if (config === undefined && !existsSync(resolve(context.folder, file))) return localUrl({});
  return localUrl(
    (await plainAddress(await readText(file, context))) ?? (await settledAddress(file, context)),
  );
}

interface Address {
  readonly port?: number | string;
  readonly host?: string;
}

/** An admin bound to all addresses is asked on this machine. */
function localUrl({ port = defaultPort, host = '127.0.0.1' }: Address): string {
  const near = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `http://${near.includes(':') ? `[${near}]` : near}:${port}`;
}

/** Reading all settings loads every part; commands that only need an address do without where it is plainly written. */
async function plainAddress(text: string): Promise<Address | null> {
  const { parseDocument } = await import('yaml');
  const document = parseDocument(text);
  if (document.errors.length > 0) return null;
  const file: unknown = document.toJS();
  const admin = isObject(file) ? (file.admin ?? {}) : null;
  if (!isObject(admin)) return null;
  const { port = defaultPort, host = '127.0.0.1' } = admin;
  const plain = typeof port === 'number' && typeof host === 'string' && !host.includes('$');
  return plain ? { port, host } : null;
}

/** The address after references are put in; throws what is wrong with the file. */
async function settledAddress(file: string, context: CliContext): Promise<Address> {
  const { settings } = await loadFile(file, context);
  return settings.admin;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
