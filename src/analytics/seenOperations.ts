import type { OperationProfile } from './operationProfiles.ts';
import type { ShapeMeasures } from './shapeMeasures.ts';

/** An operation as the store has to know it: once a day, so that it is known since when and until when it was asked. */
export interface SeenOperation {
  readonly id: string;
  readonly name: string | null;
  readonly kind: OperationProfile['kind'];
  /** Null where only coordinates are new. */
  readonly text: string | null;
  readonly coordinates: readonly string[];
  readonly measures: ShapeMeasures;
  readonly atMs: number;
}

/** What is to be written of operations themselves, besides how often they were asked. */
export interface SeenOperations {
  /** Notes an operation that was not seen today with its document. */
  see(profile: OperationProfile, at: { readonly day: number; readonly atMs: number }): void;
  /** Notes an enum value or input field that variables have used. */
  seeCoordinate(profile: OperationProfile, coordinate: string, atMs: number): void;
  take(max: number): SeenOperation[];
  giveBack(operations: readonly SeenOperation[]): void;
}

/** Of texts and coordinates that wait to be written; what does not fit is noted when it is asked again. */
const maxCharacters = 4_000_000;
/** What variables use is told once a day, so there has to be room for it. */
const maxCharactersWithValues = 16_000_000;

export function createSeenOperations(): SeenOperations {
  let waiting: SeenOperation[] = [];
  let characters = 0;

  function add(operation: SeenOperation, max: number): boolean {
    const length = charactersOf(operation);
    if (characters + length > max && waiting.length > 0) return false;
    characters += length;
    waiting.push(operation);
    return true;
  }

  return {
    see(profile, { day, atMs }) {
      if (profile.seenOn === day) return;
      const { hash: id, name, kind, text, measures } = profile;
      if (characters >= maxCharacters) return;
      const seen = { id, name, kind, text, coordinates: [...profile.coordinates()], measures, atMs };
      if (add(seen, maxCharacters)) profile.seenOn = day;
    },
    seeCoordinate({ hash: id, name, kind, measures }, coordinate, atMs) {
      add({ id, name, kind, text: null, coordinates: [coordinate], measures, atMs }, maxCharactersWithValues);
    },
    take(max) {
      const taken = waiting.slice(0, max);
      waiting = waiting.slice(max);
      for (const operation of taken) characters -= charactersOf(operation);
      return taken;
    },
    giveBack(operations) {
      for (const operation of operations) characters += charactersOf(operation);
      waiting = [...operations, ...waiting];
    },
  };
}

function charactersOf({ text, coordinates }: SeenOperation): number {
  return (text?.length ?? 0) + coordinates.reduce((sum, { length }) => sum + length, 0) + 100;
}
