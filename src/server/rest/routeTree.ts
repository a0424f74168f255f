import type { Route, RouteMethod } from '../../model/route.ts';

/** The routes of one path, which differ in their method. */
export type RoutesOfPath = ReadonlyMap<RouteMethod, Route>;

export interface RouteTree {
  /** The routes of the most exact path that these parts fit, as they came; null where there is none. */
  at(parts: readonly string[]): RoutesOfPath | null;
}

interface Place {
  readonly literals: Map<string, Place>;
  variable: Place | null;
  readonly routes: Map<RouteMethod, Route>;
}

/** Parts are compared as they came: what is written in another way is another path, to us as to any proxy in front. */
export function createRouteTree(routes: readonly Route[]): RouteTree {
  const root = createPlace();
  for (const route of routes) {
    let place = root;
    for (const segment of route.segments)
      place = placeBelow(place, 'literal' in segment ? segment.literal : null);
    place.routes.set(route.method, route);
  }
  return { at: (parts) => find(root, parts, 0) };
}

function createPlace(): Place {
  return { literals: new Map(), variable: null, routes: new Map() };
}

function placeBelow(place: Place, literal: string | null): Place {
  const known = literal === null ? place.variable : place.literals.get(literal);
  if (known) return known;
  const opened = createPlace();
  if (literal === null) place.variable = opened;
  else place.literals.set(literal, opened);
  return opened;
}

/** No deeper than the longest route. */
function find(place: Place, parts: readonly string[], at: number): RoutesOfPath | null {
  const part = parts[at];
  if (part === undefined) return place.routes.size > 0 ? place.routes : null;
  const exact = place.literals.get(part);
  const found = exact ? find(exact, parts, at + 1) : null;
  if (found || !place.variable || part === '') return found;
  return find(place.variable, parts, at + 1);
}
