import { zstdCompressSync } from 'node:zlib';
import type { Entry } from './entry.ts';
import { textOf } from './entryValue.ts';

/** Shorter texts gain nothing. */
const leastCompressed = 1024;

/** An entry as text for a shared store, with its whole key, which its name there is only a hash of. */
export function packEntry(key: string, { head, value, item, tags }: Entry): string {
  const text = JSON.stringify({ key, text: textOf(value), item, tags, head });
  return text.length < leastCompressed ? `p${text}` : `z${zstdCompressSync(text).toString('base64')}`;
}
