import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { sha256 } from '../base/sha256.ts';
import { ConfigError } from './configError.ts';
import { type Environment, secretFilesIn } from './expandText.ts';
import { fileFailure } from './fileFailure.ts';
import { type ReadSettings, readSettings } from './readSettings.ts';
import type { Sections } from './shape.ts';

/** The file that is read when none is named. */
export const defaultFile = 'supergraph.yaml';

export interface LoadSettingsOptions<S extends Sections> {
  /** As the operator named it; null to read supergraph.yaml where the process runs, if there is one. */
  readonly file: string | null;
  readonly env: Environment;
  readonly sections: S;
}

export interface LoadedSettings<S extends Sections> extends ReadSettings<S> {
  /** Absolute path of the file that was read; null when there is none and all is default or from the environment. */
  readonly file: string | null;
  /** Differs when the file, or a file that it takes secrets from, holds something else. */
  readonly fingerprint: string;
}

/** Reads the settings. Throws a ConfigError when a named file is missing, cannot be read, or says what is not allowed. */
export async function loadSettings<S extends Sections>(
  options: LoadSettingsOptions<S>,
): Promise<LoadedSettings<S>> {
  const { env, sections, file } = options;
  const named = file ?? defaultFile;
  const content = await readContent(named);
  if (content.text === null && (file !== null || !content.missing)) throw unreadable(named, content.reason);
  const read = readSettings(content.text ?? '', { file: named, env, sections });
  return { ...read, file: content.text === null ? null : resolve(named), fingerprint: content.fingerprint };
}

/** What is in the file now, and a fingerprint of that and of the files it takes secrets from. */
export type Content = { readonly fingerprint: string } & (
  | { readonly text: string }
  | { readonly text: null; readonly missing: boolean; readonly reason: string }
);

export async function readContent(file: string): Promise<Content> {
  const read = await readText(file);
  if (read.text === null) return { ...read, fingerprint: read.reason };
  const folder = dirname(resolve(file));
  const secrets = await Promise.all(secretFilesIn(read.text).map((path) => readText(resolve(folder, path))));
  const parts = [read.text, ...secrets.map((secret) => secret.text ?? secret.reason)];
  return { ...read, fingerprint: sha256(JSON.stringify(parts)) };
}

type TextOrReason =
  | { readonly text: string }
  | { readonly text: null; readonly missing: boolean; readonly reason: string };

async function readText(path: string): Promise<TextOrReason> {
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path)) };
  } catch (failure) {
    const code = fileFailure(failure);
    const missing = code === 'ENOENT' || code === 'ENOTDIR';
    return { text: null, missing, reason: reasons[code] ?? `cannot be read (${code})` };
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'is not there',
  ENOTDIR: 'is not there',
  EISDIR: 'is a folder',
  EACCES: 'may not be read by this process',
  ERR_ENCODING_INVALID_ENCODED_DATA: 'is not UTF-8 text',
};

export function unreadable(file: string, reason: string): ConfigError {
  const message = `this file ${reason}; allowed: a readable YAML file, or no --config for ${defaultFile} or the defaults`;
  return new ConfigError([{ file, line: null, column: null, path: '', message }]);
}
