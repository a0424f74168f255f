import type { Clock } from './clock.ts';

interface Bounds {
  readonly timeoutMs: number;
  /** Whoever waits; their leaving ends it earlier. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
}

/** Runs work with a signal that is aborted when the time is up or nobody waits any more; the work has to end then. */
export async function withinTime<Result>(
  work: (signal: AbortSignal) => Promise<Result>,
  { timeoutMs, signal, clock }: Bounds,
): Promise<Result> {
  signal.throwIfAborted();
  const ending = new AbortController();
  const leave = (): void => ending.abort(signal.reason);
  const timer = clock.after(timeoutMs, () => ending.abort(new Error(`no answer within ${timeoutMs} ms`)));
  signal.addEventListener('abort', leave, { once: true });
  try {
    return await work(ending.signal);
  } catch (failure) {
    throw ending.signal.aborted ? ending.signal.reason : failure;
  } finally {
    timer.cancel();
    signal.removeEventListener('abort', leave);
  }
}

/** Waits for work that goes on without us; false when the time was up first. Throws the signal's reason when that is aborted. */
export async function waitAtMost(
  work: Promise<unknown>,
  { timeoutMs, signal, clock }: Bounds,
): Promise<boolean> {
  const { promise: tooLate, resolve } = Promise.withResolvers<false>();
  const timer = clock.after(timeoutMs, () => resolve(false));
  try {
    return await unlessAborted(Promise.race([work.then(() => true), tooLate]), signal);
  } finally {
    timer.cancel();
  }
}

/** A result that goes on being made without us; rejects with the signal's reason when that is aborted first. */
export function unlessAborted<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    const leave = (): void => reject(signal.reason);
    signal.addEventListener('abort', leave, { once: true });
    if (signal.aborted) leave();
    // Also when we have left: a failure that nobody waits for is no fault of the process.
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
  });
}
