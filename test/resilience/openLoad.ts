import { Pool } from 'undici';

export interface Asked {
  /** What it is, for those who look at the shots. */
  readonly tag: string;
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One request and what became of it. */
export interface Shot {
  readonly tag: string;
  /** When it was to be sent, in milliseconds from the start. */
  readonly atMs: number;
  /** From then until its answer was read: a request that could not be sent in time has waited, too. */
  readonly ms: number;
  /** 0 when there was no response. */
  readonly status: number;
  readonly codes: readonly string[];
  readonly hasData: boolean;
  /** Whether it says that something in it stands in for a subgraph. */
  readonly isDegraded: boolean;
}

export interface LoadOptions {
  readonly endpoint: string;
  readonly perSecond: number;
  readonly durationMs: number;
  next(index: number): Asked;
  /** What happens while it runs, by the time from its start. */
  readonly events?: readonly (readonly [atMs: number, run: () => unknown])[];
}

interface ResultOnTheWire {
  readonly data?: unknown;
  readonly extensions?: { readonly degraded?: unknown };
  readonly errors?: readonly { readonly extensions?: { readonly code?: string } }[];
}

/** Sends at a fixed rate whatever comes back, as many clients who know nothing of each other do. */
export async function openLoad(options: LoadOptions): Promise<readonly Shot[]> {
  const { origin, pathname } = new URL(options.endpoint);
  const pool = new Pool(origin, { connections: 256, headersTimeout: 0, bodyTimeout: 0 });
  const shots: Promise<Shot>[] = [];
  const startMs = performance.now();
  const waiting = [...(options.events ?? [])];
  const count = Math.floor((options.durationMs / 1000) * options.perSecond);
  while (shots.length < count) {
    const nowMs = performance.now() - startMs;
    while (waiting[0] && waiting[0][0] <= nowMs) waiting.shift()?.[1]();
    while (shots.length < count && (shots.length / options.perSecond) * 1000 <= nowMs) {
      const atMs = (shots.length / options.perSecond) * 1000;
      shots.push(shoot(pool, pathname, options.next(shots.length), { atMs, startMs }));
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  const all = await Promise.all(shots);
  await pool.close();
  return all;
}

async function shoot(
  pool: Pool,
  path: string,
  { tag, query, variables = {}, headers = {} }: Asked,
  { atMs, startMs }: { atMs: number; startMs: number },
): Promise<Shot> {
  const ended = () => performance.now() - startMs - atMs;
  try {
    const { statusCode: status, body } = await pool.request({
      method: 'POST',
      path,
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query, variables }),
    });
    const { data, errors = [], extensions } = (await body.json()) as ResultOnTheWire;
    const codes = errors.map(({ extensions }) => extensions?.code ?? '?');
    const isDegraded = extensions?.degraded !== undefined;
    return { tag, atMs, ms: ended(), status, codes, hasData: (data ?? null) !== null, isDegraded };
  } catch {
    return { tag, atMs, ms: ended(), status: 0, codes: ['NO_RESPONSE'], hasData: false, isDegraded: false };
  }
}

export function percentile(shots: readonly Pick<Shot, 'ms'>[], share: number): number {
  const sorted = shots.map(({ ms }) => ms).sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
