import type { Clock } from '../base/clock.ts';

/**
 * What comes within a time, or null. When the time is over, what has arrived meanwhile is still looked at: a process that was busy
 * itself must not take that for a slow answer.
 */
export function inTime<T>(answer: Promise<T>, timeoutMs: number, clock: Clock): Promise<T | null> {
  return new Promise((resolve, reject) => {
    const timer = clock.after(timeoutMs, () => setImmediate(resolve, null));
    const settle = (end: () => void): void => {
      timer.cancel();
      end();
    };
    answer.then(
      (value) => settle(() => resolve(value)),
      (failure: unknown) => settle(() => reject(failure)),
    );
  });
}
