import type { GraphQLError } from 'graphql';

type Path = readonly (string | number)[];

/** The places that errors speak of. */
export interface ErrorPlaces {
  /** Whether an error speaks of this place, of one around it or of one within it. */
  explain(path: Path): boolean;
}

interface Place {
  readonly below: Map<string | number, Place>;
  isNamed: boolean;
}

/** Kept as a tree, so that asking costs the length of a path: errors, and nulls to explain, may be many. */
export function errorPlaces(errors: readonly GraphQLError[]): ErrorPlaces {
  const root = newPlace();
  for (const { path } of errors) {
    let place = root;
    for (const key of path ?? []) {
      const below = place.below.get(key) ?? newPlace();
      place.below.set(key, below);
      place = below;
    }
    place.isNamed = true;
  }
  const isEmpty = errors.length === 0;
  return {
    explain(path) {
      if (isEmpty) return false;
      let place = root;
      for (const key of path) {
        if (place.isNamed) return true;
        const below = place.below.get(key);
        if (!below) return false;
        place = below;
      }
      return true;
    },
  };
}

function newPlace(): Place {
  return { below: new Map(), isNamed: false };
}
