import type { Worker } from 'node:worker_threads';
import type { Clock } from '../base/clock.ts';
import { SluiceError } from '../base/errors.ts';
import { watchHeap } from '../base/watchHeap.ts';
import { ended, overran, tookTooMuch } from './overran.ts';
import type { PlanCommand, PlanReply } from './planCommand.ts';

export interface Bounds {
  readonly timeoutMs: number;
  readonly stop?: AbortSignal;
}

/** Sends one command and waits for its reply, for so long and for so much memory. */
export async function replyOf(
  thread: Worker,
  command: PlanCommand,
  { timeoutMs, stop, maxBytes, clock }: Bounds & { maxBytes: number; clock: Clock },
): Promise<PlanReply> {
  const { promise, resolve, reject } = Promise.withResolvers<PlanReply>();
  const onError = (failure: Error): void => reject(fallen(command, failure, maxBytes));
  const onExit = (): void => reject(ended());
  const onStop = (): void => reject(stop?.reason);
  thread.on('message', resolve).on('error', onError).on('exit', onExit);
  stop?.addEventListener('abort', onStop, { once: true });
  const timer = clock.after(timeoutMs, () => reject(overran(command, `${timeoutMs} ms`)));
  const heap = watchHeap(thread, {
    clock,
    maxBytes,
    onExceeded: () => reject(tookTooMuch(command, maxBytes)),
  });
  thread.postMessage(command);
  try {
    return await promise;
  } finally {
    timer.cancel();
    heap.stop();
    stop?.removeEventListener('abort', onStop);
    thread.off('message', resolve).off('error', onError).off('exit', onExit);
  }
}

function fallen(command: PlanCommand, failure: Error, maxBytes: number): SluiceError {
  if ('code' in failure && failure.code === 'ERR_WORKER_OUT_OF_MEMORY') return tookTooMuch(command, maxBytes);
  return SluiceError.from(failure);
}
