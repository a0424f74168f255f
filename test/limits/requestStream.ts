import { Pool } from 'undici';

/** One request as its client saw it: it was judged at some moment between the two. */
export interface Judged {
  readonly sentMs: number;
  readonly answeredMs: number;
  readonly status: number;
}

export interface StreamOptions {
  /** Whom the requests are from; the gateways believe it. */
  readonly address: string;
  readonly perSecond: number;
  readonly forMs: number;
}

/** Asks for `forMs`, so many requests a second, in turn at each endpoint, whether earlier ones are answered or not. */
export async function requestStream(
  endpoints: readonly string[],
  { address, perSecond, forMs }: StreamOptions,
): Promise<readonly Judged[]> {
  const pools = endpoints.map((endpoint) => new Pool(new URL(endpoint).origin, { connections: 32 }));
  const judged: Promise<Judged>[] = [];
  const startMs = performance.now();
  for (let sent = 0; ; ) {
    const passedMs = performance.now() - startMs;
    if (passedMs >= forMs) break;
    for (; sent < (passedMs / 1000) * perSecond; sent += 1)
      judged.push(ask(pools[sent % pools.length] as Pool, address));
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  const all = await Promise.all(judged);
  await Promise.all(pools.map((pool) => pool.close()));
  return all;
}

async function ask(pool: Pool, address: string): Promise<Judged> {
  const sentMs = performance.now();
  const { statusCode, body } = await pool.request({
    method: 'POST',
    path: '/graphql',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': address },
    body: '{"query":"{ __typename }"}',
  });
  const answeredMs = performance.now();
  await body.dump();
  return { sentMs, answeredMs, status: statusCode };
}

/**
 * By how much, at the worst moment, more was let through than a rate allows in that time; never more than the burst, if the limit
 * holds. An interval counts the requests that were surely judged within it, so what this finds did happen.
 */
export function largestExcess(judged: readonly Judged[], perMs: number): number {
  const through = judged.filter(({ status }) => status === 200).sort((a, b) => a.answeredMs - b.answeredMs);
  let largest = 0;
  for (const { sentMs } of through) {
    let inside = 0;
    for (const each of through) {
      if (each.sentMs < sentMs) continue;
      inside += 1;
      largest = Math.max(largest, inside - (each.answeredMs - sentMs) * perMs);
    }
  }
  return largest;
}

/** How many an exact limiter would have let through of these, asked at the moments at which they were answered. */
export function exactlyAllowed(
  judged: readonly Judged[],
  { perMs, burst }: { perMs: number; burst: number },
): number {
  let left = burst;
  let allowed = 0;
  let lastMs = Number.NEGATIVE_INFINITY;
  for (const { answeredMs } of [...judged].sort((a, b) => a.answeredMs - b.answeredMs)) {
    left = Math.min(burst, left + (answeredMs - lastMs) * perMs);
    lastMs = answeredMs;
    if (left < 1) continue;
    left -= 1;
    allowed += 1;
  }
  return allowed;
}
