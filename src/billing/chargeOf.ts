import type { OperationOutcome } from '../model/operationOutcome.ts';

/** A thousand times what any operation may reasonably cost; so that sums of them stay exact in the store. */
const maxUnits = 1_000_000_000_000;

/**
 * The units of cost an operation is billed with, or null for one that is not. Billed is what came: by its result, or by the estimate where
 * that is what counts. Who left before there was a result has had the work done, and is billed the estimate. Refusals are not billed, nor
 * is what came to nothing but errors: our own, or our subgraphs'.
 */
export function chargeOf({ result, cost: { estimated, measured } }: OperationOutcome): number | null {
  if (result !== 'data' && result !== 'unknown') return null;
  const units = (result === 'data' ? measured : null) ?? estimated ?? 0;
  return Math.min(maxUnits, Math.max(0, Math.round(units)));
}
