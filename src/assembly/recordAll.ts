import type { Outcome } from '../model/outcome.ts';

interface Recorder {
  record(outcome: Outcome): void;
}

/** One recorder of several: each gets every outcome, also when another one fails. */
export function recordAll(recorders: readonly Recorder[]): Recorder {
  return {
    record(outcome) {
      const failures: unknown[] = [];
      for (const recorder of recorders) {
        try {
          recorder.record(outcome);
        } catch (failure) {
          failures.push(failure);
        }
      }
      if (failures.length > 0) throw failures.length === 1 ? failures[0] : new AggregateError(failures);
    },
  };
}
