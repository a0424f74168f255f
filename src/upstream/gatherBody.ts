/** A body that comes in chunks. */
export interface GatheredBody {
  add(chunk: Buffer): void;
  whole(): Buffer;
}

/** So many chunks are copied into one: a chunk may be one byte long, and costs a hundred beside it. */
const mostChunks = 256;

/** Gathers chunks in memory that is bounded by their bytes, however many they are. Each byte is copied at most twice. */
export function gatherBody(): GatheredBody {
  const joined: Buffer[] = [];
  let chunks: Buffer[] = [];
  return {
    add(chunk) {
      chunks.push(chunk);
      if (chunks.length < mostChunks) return;
      joined.push(Buffer.concat(chunks));
      chunks = [];
    },
    whole() {
      const all = [...joined, ...chunks];
      return all.length === 1 && all[0] ? all[0] : Buffer.concat(all);
    },
  };
}
