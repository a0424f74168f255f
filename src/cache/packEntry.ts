import { zstdCompressSync } from 'node:zlib';
import type { Entry } from './entry.ts';

/** Shorter texts gain nothing. */
const leastCompressed = 1024;

/** An entry as text for a shared store, with its whole key, which its name there is only a hash of. */
export function packEntry(key: string, entry: Entry): string {
  const text = JSON.stringify({ key, ...entry });
  return text.length < leastCompressed ? `p${text}` : `z${zstdCompressSync(text).toString('base64')}`;
}
