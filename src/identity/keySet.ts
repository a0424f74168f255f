import type { Clock, Timer } from '../base/clock.ts';
import { waitAtMost, withinTime } from '../base/withinTime.ts';
import type { Log } from '../model/log.ts';
import type { Algorithm } from './algorithms.ts';
import { createFetchBudget } from './fetchBudget.ts';
import { type KeyRing, keysFor, readKeyRing, type VerificationKey } from './keyRing.ts';
import { unavailable } from './unauthenticated.ts';

/** What a token says about its key. */
export interface KeyWanted {
  readonly kid: string | null;
  readonly alg: Algorithm;
}

/** The keys of one provider. */
export interface KeySet {
  /** Those known now; empty when none fits. */
  find(wanted: KeyWanted): readonly VerificationKey[];
  /** Looks whether the provider has a new one, if that may be asked now. AUTHORIZER_UNAVAILABLE when nothing of it was ever read. */
  findNew(wanted: KeyWanted): Promise<readonly VerificationKey[]>;
}

export interface KeySetParts {
  readonly issuer: string;
  /** The provider's JWK set as parsed JSON; rejects when there is none. Ends when the signal is aborted. */
  readonly fetchKeys: (signal: AbortSignal) => Promise<unknown>;
  readonly refreshMs: number;
  /** Aborted when the provider is not in use any more. */
  readonly closed: AbortSignal;
  readonly clock: Clock;
  readonly log: Log;
}

/** How long one fetch may take, and how long a request waits for it. */
const keyFetchTimeoutMs = 2_000;
const failing = 'The keys of an identity provider cannot be read; the last good ones are kept';
/** Between attempts while a provider fails: soon when there are no keys at all, else the last good ones do. */
const retryMs = { withoutKeys: 1_000, withKeys: 30_000 };

/**
 * A provider's keys, read ahead of need and kept until the provider shows others: while it is down or answers garbage the last good
 * ones stay. A token with an unknown `kid` may be forged, so it makes us look only within a budget; whoever comes while somebody
 * looks waits for the same fetch.
 */
export function createKeySet({ issuer, fetchKeys, refreshMs, closed, clock, log }: KeySetParts): KeySet {
  const budget = createFetchBudget({ burst: 2, intervalMs: 30_000, clock });
  const bounds = { timeoutMs: keyFetchTimeoutMs, signal: closed, clock };
  let ring: KeyRing = new Map();
  let isFailing = false;
  let flight: Promise<void> | null = null;
  let refreshing: Timer | null = null;

  /** Never rejects: what went wrong is in the log, once. */
  function fetchOnce(): Promise<void> {
    refreshing?.cancel();
    flight ??= fetchRing().finally(() => {
      flight = null;
      if (!closed.aborted) refreshing = clock.after(nextFetchMs(), () => void fetchOnce());
    });
    return flight;
  }

  async function fetchRing(): Promise<void> {
    try {
      const next = readKeyRing(await withinTime(fetchKeys, bounds), ring);
      for (const [text, key] of ring) if (!next.has(text)) key.withdrawn = true;
      ring = next;
      if (isFailing) log.info({ issuer }, 'The keys of an identity provider can be read again');
      isFailing = false;
    } catch (failure) {
      if (closed.aborted) return;
      if (!isFailing) log.warn({ issuer, keysKept: ring.size, err: failure }, failing);
      isFailing = true;
    }
  }

  function nextFetchMs(): number {
    if (!isFailing) return refreshMs;
    return Math.min(refreshMs, ring.size === 0 ? retryMs.withoutKeys : retryMs.withKeys);
  }

  async function lookFor(wanted: KeyWanted): Promise<void> {
    const underWay = flight;
    if (underWay) await underWay;
    // A fetch that was under way may have read the keys before the wanted one was among them.
    if (keysFor(ring, wanted).length > 0) return;
    if (flight) await flight;
    else if (budget.take()) await fetchOnce();
  }

  void fetchOnce();
  closed.addEventListener('abort', () => refreshing?.cancel(), { once: true });

  return {
    find: (wanted) => keysFor(ring, wanted),
    async findNew(wanted) {
      await waitAtMost(lookFor(wanted), bounds);
      if (ring.size === 0) throw unavailable({ issuer, reason: 'its keys were never read' });
      return keysFor(ring, wanted);
    },
  };
}
