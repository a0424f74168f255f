/** What a gateway's cache did in a workload, read from its metrics. */
export interface CacheFigures {
  /** Of what was looked up. */
  readonly hitRatio: number;
  readonly bytes: number;
  readonly maxBytes: number;
}

/** Counts since the start. */
export interface CacheCounters {
  readonly hits: number;
  readonly misses: number;
  readonly bytes: number;
  readonly maxBytes: number;
}

/** Null for a gateway without metrics of a cache. */
export async function readCacheCounters(adminPort: number | null): Promise<CacheCounters | null> {
  if (adminPort === null) return null;
  const response = await fetch(`http://127.0.0.1:${adminPort}/metrics`);
  const text = await response.text();
  if (!response.ok) throw new Error(`/metrics answered ${response.status}: ${text.slice(0, 200)}`);
  const sum = (line: RegExp): number =>
    [...text.matchAll(line)].reduce((total, [, value]) => total + Number(value), 0);
  return {
    hits: sum(/^sluice_cache_items_total\{[^}]*outcome="hit"[^}]*\} (\S+)/gm),
    misses: sum(/^sluice_cache_items_total\{[^}]*outcome="miss"[^}]*\} (\S+)/gm),
    bytes: sum(/^sluice_cache_bytes(?:\{[^}]*\})? (\S+)/gm),
    maxBytes: sum(/^sluice_cache_limit_bytes(?:\{[^}]*\})? (\S+)/gm),
  };
}

/** Null where nothing was looked up. */
export function cacheFigures(before: CacheCounters | null, after: CacheCounters | null): CacheFigures | null {
  if (!before || !after) return null;
  const hits = after.hits - before.hits;
  const lookups = hits + after.misses - before.misses;
  return lookups === 0 ? null : { hitRatio: hits / lookups, bytes: after.bytes, maxBytes: after.maxBytes };
}
