import type { Route, RouteSegment } from '../model/route.ts';

/** More than this are no routes people wrote. */
const maxRoutes = 2000;

/**
 * Of the routes that fit a path, one has to be the more exact one: `/countries/all` before `/countries/:code`, as OpenAPI has it. Throws
 * where two are the same, or where each is the more exact one in another place; and where the same path names its variables in two ways,
 * which OpenAPI cannot say.
 */
export function refuseAmbiguousRoutes(routes: readonly Route[]): void {
  if (routes.length > maxRoutes) throw new Error(`There are ${routes.length} routes; allowed: ${maxRoutes}`);
  const byLength = Map.groupBy(routes, ({ segments }) => segments.length);
  for (const alike of byLength.values())
    for (const [at, one] of alike.entries())
      for (const other of alike.slice(at + 1)) {
        const fault = faultOf(one, other);
        if (fault !== null) throw new Error(`${told(one)} and ${told(other)} ${fault}`);
      }
}

function faultOf(one: Route, other: Route): string | null {
  const [isOneExact, isOtherExact, isNamedAlike] = [new Set<number>(), new Set<number>(), new Set<boolean>()];
  for (const [at, segment] of one.segments.entries()) {
    const beside = other.segments[at] as RouteSegment;
    if ('literal' in segment && 'literal' in beside) {
      if (segment.literal !== beside.literal) return null;
    } else if ('literal' in segment) isOneExact.add(at);
    else if ('literal' in beside) isOtherExact.add(at);
    else isNamedAlike.add(segment.variable === beside.variable);
  }
  if (isOneExact.size > 0 && isOtherExact.size > 0)
    return 'fit the same paths, and neither is the more exact one';
  if (isOneExact.size > 0 || isOtherExact.size > 0) return null;
  if (one.method === other.method) return 'are the same route';
  return isNamedAlike.has(false) ? 'are the same path and name its variables differently' : null;
}

function told({ method, path, where }: Route): string {
  return `${method} ${path} (${where})`;
}
