import { signal } from '@preact/signals';
import { ownHeaders, signedOut } from './ask.ts';

export interface LiveRequest {
  readonly at: string;
  readonly requestId: string;
  readonly operations: readonly string[];
  readonly client: string | null;
  readonly version: string | null;
  readonly consumer: string | null;
  readonly status: number;
  readonly ms: number;
  readonly codes: readonly string[];
  readonly subgraphs: readonly string[];
}

export interface LiveSubgraph {
  readonly name: string;
  readonly calls: number;
  readonly errors: number;
  readonly p95Ms: number | null;
  readonly breaker: 'closed' | 'open' | 'halfOpen' | 'ramp' | null;
  readonly inFlight: number;
}

export interface LiveSecond {
  readonly at: string;
  readonly requests: number;
  readonly errors: number;
  readonly sheds: number;
  readonly operations: number;
  readonly cacheHits: number;
  readonly cacheMisses: number;
  readonly cost: number;
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
  readonly subgraphs: readonly LiveSubgraph[];
  readonly recent: readonly LiveRequest[];
  readonly recentLeftOut: number;
}

const keptSeconds = 120;
const keptRequests = 400;
const againMs = 2000;

/** Seconds as they came, the newest last. */
export const seconds = signal<readonly LiveSecond[]>([]);
/** The newest first. */
export const recent = signal<readonly LiveRequest[]>([]);
export const liveState = signal<'connecting' | 'open' | 'lost'>('connecting');

/** Watches until the signal is aborted, and comes back when the gateway does. Read by fetch: an EventSource sends no header of ours. */
export async function watchLive(signal: AbortSignal): Promise<void> {
  while (!signal.aborted && !signedOut.value) {
    try {
      await readStream(signal);
    } catch {
      // The gateway went away, or does not let us in: told by the state, and tried again.
    }
    liveState.value = signal.aborted ? liveState.value : 'lost';
    await pause(againMs, signal);
  }
}

/** Ends early when the signal is aborted. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
  });
}

async function readStream(signal: AbortSignal): Promise<void> {
  const response = await fetch('/live', { headers: ownHeaders, signal });
  if (response.status === 401) signedOut.value = true;
  if (!response.ok || !response.body) return;
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  liveState.value = 'open';
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const events = (rest + value).split('\n\n');
    rest = events.pop() ?? '';
    const read = events.flatMap((event) => {
      const data = event.split('\n').find((line) => line.startsWith('data: '));
      return data ? [JSON.parse(data.slice(6)) as LiveSecond] : [];
    });
    seconds.value = [...seconds.value, ...read].slice(-keptSeconds);
    const requests = read.flatMap((second) => [...second.recent]).reverse();
    if (requests.length > 0) recent.value = [...requests, ...recent.value].slice(0, keptRequests);
  }
}
