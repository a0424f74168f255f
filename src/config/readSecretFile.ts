import { readFileSync, statSync } from 'node:fs';
import { fileFailure } from './fileFailure.ts';

const maxBytes = 64 * 1024;

/** The text of a small file such as /run/secrets/x without the newline at its end, or why there is none. */
export type SecretFile = { readonly text: string } | { readonly fault: string };

/** Reads at most 64 KB of UTF-8 from a regular file: a pipe or device could block the process for ever. */
export function readSecretFile(path: string): SecretFile {
  try {
    const stats = statSync(path);
    if (!stats.isFile()) return { fault: 'is not a regular file' };
    if (stats.size > maxBytes) return { fault: `has ${stats.size} bytes` };
    const text = new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path));
    return { text: text.replace(/\r?\n$/, '') };
  } catch (failure) {
    return { fault: `cannot be read (${reasonOf(failure)})` };
  }
}

function reasonOf(failure: unknown): string {
  const code = fileFailure(failure);
  return code === 'ERR_ENCODING_INVALID_ENCODED_DATA' ? 'it is not UTF-8' : code;
}
