import type { Clock } from '../base/clock.ts';

/** Looks again and again, one look after the other, each `intervalMs` after the end of the one before. `look` must not throw. */
export function poll(
  look: () => Promise<void>,
  { clock, intervalMs }: { clock: Clock; intervalMs: number },
): { stop(): Promise<void> } {
  let isStopped = false;
  let looking: Promise<void> = Promise.resolve();
  let timer = clock.after(intervalMs, again);

  function again(): void {
    looking = look().then(() => {
      if (!isStopped) timer = clock.after(intervalMs, again);
    });
  }

  return {
    /** Waits for a look that is under way. */
    async stop() {
      isStopped = true;
      timer.cancel();
      await looking;
    },
  };
}
