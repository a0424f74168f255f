import { createBoundedNames, otherName } from '../base/boundedNames.ts';
import type { OperationOutcome } from '../model/operationOutcome.ts';
import type { Outcome } from '../model/outcome.ts';
import { createOperationProfiles } from './operationProfiles.ts';
import { dayMs } from './period.ts';
import { createSeenOperations, type SeenOperations } from './seenOperations.ts';
import type { MeasureShape } from './shapeMeasures.ts';

/** Stands for what was refused before it was known which operation is meant. */
export const unknownOperation = '(unknown)';

export interface NamedOperations {
  /** The name an operation is counted under; where it has one of its own, the store gets to know the operation. */
  of(asked: OperationOutcome | null, at: Pick<Outcome, 'schema'> & { readonly nowMs: number }): string;
  readonly seen: SeenOperations;
  turn(): void;
}

export function createNamedOperations({
  max,
  measure,
}: {
  max: number;
  measure: MeasureShape;
}): NamedOperations {
  const profiles = createOperationProfiles({ measure });
  const names = createBoundedNames({ max });
  const seen = createSeenOperations();
  return {
    seen,
    turn: names.turn,
    of(asked, { schema, nowMs }) {
      if (!asked?.operation || !schema) return unknownOperation;
      const profile = profiles.of(asked.operation, schema);
      const name = names.keep(profile.hash);
      if (name === otherName) return name;
      const day = Math.floor(nowMs / dayMs);
      seen.see(profile, { day, atMs: nowMs });
      if (asked.executed)
        profile.noteVariables(asked.operation.variables, day, (coordinate) =>
          seen.seeCoordinate(profile, coordinate, nowMs),
        );
      return name;
    },
  };
}
