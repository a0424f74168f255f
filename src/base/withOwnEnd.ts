import type { StartFlight } from './joinFlights.ts';

/** Starts what ends with this signal, and can be ended alone, too. */
export function withOwnEnd<Result>(signal: AbortSignal, start: StartFlight<Result>): Promise<Result> {
  const ending = new AbortController();
  const end = (reason: Error): void => ending.abort(reason);
  const leave = (): void => end(signal.reason);
  if (signal.aborted) leave();
  else signal.addEventListener('abort', leave, { once: true });
  return start(ending.signal, end).finally(() => signal.removeEventListener('abort', leave));
}
