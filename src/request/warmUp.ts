import { getOperationAST } from 'graphql';
import type { Clock } from '../base/clock.ts';
import type { BusyOperation } from './busiestOperations.ts';
import type { Documents } from './documents.ts';
import type { Generation } from './generations.ts';

export interface WarmUpParts {
  readonly documents: Documents;
  readonly clock: Clock;
}

/**
 * Prepares, plans and compiles operations in a generation before it serves, the first ones first, so that its first requests cost
 * no more than others; gives how many it did in time. An operation that does not fit the schema is simply not warm.
 */
export async function warmUp(
  generation: Generation,
  { operations, maxMs }: { readonly operations: readonly BusyOperation[]; readonly maxMs: number },
  { documents, clock }: WarmUpParts,
): Promise<number> {
  const untilMs = clock.monotonicMs() + maxMs;
  let warmed = 0;
  for (const { text: query, name } of operations) {
    if (clock.monotonicMs() > untilMs) break;
    const asked = { query, operationName: name, variables: {}, extensions: {} };
    const { document } = await documents.prepare(asked, generation);
    const definition = document && getOperationAST(document.document, name);
    if (!definition || definition.operation === 'subscription') continue;
    const operation = { document, definition, name, kind: definition.operation, variables: {} };
    if (await withinTime(generation.engine.warm(operation), { untilMs, clock })) warmed += 1;
  }
  return warmed;
}

/** Whether it was done in time; a plan that could not be made is told to whoever asks for it, not here. */
function withinTime(
  done: Promise<void>,
  { untilMs, clock }: { untilMs: number; clock: Clock },
): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = clock.after(Math.max(0, untilMs - clock.monotonicMs()), () => resolve(false));
    const settle = (isDone: boolean): void => {
      timer.cancel();
      resolve(isDone);
    };
    done.then(
      () => settle(true),
      () => settle(false),
    );
  });
}
