import { createContext, Script } from 'node:vm';

/** Runs synchronous work for so long at most. */
export interface Stopwatch {
  /** Null when the time was over; whatever the work had in hand is in no state to be used again. */
  within<Result>(timeoutMs: number, work: () => Result): { readonly result: Result } | null;
}

/** What `vm` can stop by the clock is any work, wherever its code is from: so nothing has to be ended and begun again around it. */
export function createStopwatch(): Stopwatch {
  const context = createContext({ work: null });
  const script = new Script('work()');
  return {
    within(timeoutMs, work) {
      context.work = work;
      try {
        return { result: script.runInContext(context, { timeout: timeoutMs }) };
      } catch (failure) {
        if (isTimeout(failure)) return null;
        throw failure;
      } finally {
        context.work = null;
      }
    },
  };
}

/** It is an error of the other context, so no instance of ours. */
function isTimeout(failure: unknown): boolean {
  return (
    typeof failure === 'object' &&
    failure !== null &&
    'code' in failure &&
    failure.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
  );
}
