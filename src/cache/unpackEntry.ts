import { zstdDecompressSync } from 'node:zlib';
import { z } from 'zod';
import type { Entry } from './entry.ts';

/** Whoever could write to the store could write a bomb. */
const maxBytes = 64 * 1024 ** 2;

const packed = z.strictObject({
  key: z.string(),
  text: z.string(),
  item: z.string(),
  tags: z.array(z.string()),
  head: z.strictObject({
    subgraph: z.string(),
    types: z.array(z.string()).min(1),
    back: z.array(
      z.strictObject({
        name: z.string(),
        values: z.array(z.string()),
        merge: z.enum(['first', 'last', 'append', 'mostRestrictive']),
      }),
    ),
    madeAtMs: z.number(),
    freshMs: z.number(),
    staleWhileMs: z.number(),
    staleErrorMs: z.number(),
    purge: z.number(),
    era: z.string(),
  }),
});

/** Undefined for what is no entry, or that of another key. */
export function unpackEntry(key: string, stored: unknown): Entry | undefined {
  if (typeof stored !== 'string') return undefined;
  try {
    const rest = stored.slice(1);
    const text = stored.startsWith('z')
      ? zstdDecompressSync(Buffer.from(rest, 'base64'), { maxOutputLength: maxBytes }).toString()
      : rest;
    const { key: kept, text: value, ...entry } = packed.parse(JSON.parse(text));
    if (kept !== key) return undefined;
    JSON.parse(value);
    if (entry.item !== '') JSON.parse(entry.item);
    return { ...entry, value };
  } catch {
    // Whatever stands there was not written by us, or not by this version: nothing is kept then.
    return undefined;
  }
}
