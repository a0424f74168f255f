import { Kind } from 'graphql';
import type { Clock } from '../base/clock.ts';
import type { ValidDocument } from '../model/operation.ts';
import type { Documents } from './documents.ts';
import type { Generation } from './generations.ts';

export interface WarmUpParts {
  readonly documents: Documents;
  readonly clock: Clock;
}

/** Operations used last that a new generation knows before it serves; more than a busy graph asks in a minute. */
const maxOperations = 200;
/** A publish has to be seen within a second; what is not warm by then is planned when it is asked. */
const maxMs = 600;

/**
 * Prepares, plans and compiles in the next generation what the one before was asked last, so that the first requests after a publish
 * cost no more than others; gives how many. An operation that does not fit the new schema is simply not warm.
 */
export async function warmUp(
  { from, to }: { from: Generation; to: Generation },
  { documents, clock }: WarmUpParts,
): Promise<number> {
  const untilMs = clock.monotonicMs() + maxMs;
  let warmed = 0;
  for (const [query, { document: known }] of from.documents.entries()) {
    if (warmed >= maxOperations || clock.monotonicMs() > untilMs) break;
    if (!known) continue;
    const asked = { query, operationName: null, variables: {}, extensions: {} };
    const { document } = await documents.prepare(asked, to, null);
    if (document) warmed += await warmDocument(document, { to, untilMs, clock });
  }
  return warmed;
}

async function warmDocument(
  document: ValidDocument,
  { to, untilMs, clock }: { to: Generation; untilMs: number; clock: Clock },
): Promise<number> {
  let warmed = 0;
  for (const definition of document.document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION || definition.operation === 'subscription') continue;
    const name = definition.name?.value ?? null;
    const operation = { document, definition, name, kind: definition.operation, variables: {} };
    if (await withinTime(to.engine.warm(operation), { untilMs, clock })) warmed += 1;
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
