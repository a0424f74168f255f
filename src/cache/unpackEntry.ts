import { zstdDecompressSync } from 'node:zlib';
import { z } from 'zod';
import type { Entry } from './entry.ts';

/** Whoever could write to the store could write a bomb. */
const maxBytes = 64 * 1024 ** 2;

const packed = z.strictObject({
  key: z.string(),
  text: z.string(),
  subgraph: z.string(),
  types: z.array(z.string()).min(1),
  item: z.string(),
  tags: z.array(z.string()),
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
});

/** Undefined for what is no entry, or that of another key. */
export function unpackEntry(key: string, value: unknown): Entry | undefined {
  if (typeof value !== 'string') return undefined;
  try {
    const rest = value.slice(1);
    const text = value.startsWith('z')
      ? zstdDecompressSync(Buffer.from(rest, 'base64'), { maxOutputLength: maxBytes }).toString()
      : rest;
    const { key: kept, ...entry } = packed.parse(JSON.parse(text));
    if (kept !== key) return undefined;
    JSON.parse(entry.text);
    if (entry.item !== '') JSON.parse(entry.item);
    return entry;
  } catch {
    // Whatever stands there was not written by us, or not by this version: nothing is kept then.
    return undefined;
  }
}
