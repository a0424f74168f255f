import type { Clock } from '../base/clock.ts';
import { SluiceError } from '../base/errors.ts';
import type { NamedInstance, UpstreamLevers } from '../model/upstreamLevers.ts';
import type { Instance } from './instance.ts';
import type { Route } from './route.ts';
import type { Routes } from './routes.ts';

const longestName = 200;

export function createLevers({
  routes,
  clock,
}: {
  readonly routes: Pick<Routes, 'all'>;
  readonly clock: Pick<Clock, 'monotonicMs'>;
}): UpstreamLevers {
  /** That of an older generation beside the one in force, for as long as there is one. */
  function routesOf(subgraph: string): readonly Route[] {
    const found = routes.all.filter((route) => route.subgraph === subgraph);
    if (found.length > 0) return found;
    const known = routes.all.map((route) => route.subgraph);
    throw unknown('subgraph', subgraph, known);
  }

  function placesOf({ subgraph, instance: sought }: NamedInstance): readonly Place[] {
    const own = routesOf(subgraph);
    const places = own.flatMap((route) =>
      route.instances.all
        .filter(({ name, url }) => name === sought || url === sought)
        .map((instance) => ({ route, instance })),
    );
    if (places.length > 0) return places;
    const known = own.flatMap(({ instances }) => instances.all.map(({ name }) => name));
    throw unknown(`instance of ${subgraph}`, sought, known);
  }

  return {
    eject(named, forMs) {
      const nowMs = clock.monotonicMs();
      const places = placesOf(named);
      for (const { route } of places) {
        const held = new Set(places.map(({ instance }) => instance));
        if (route.instances.all.some((instance) => !held.has(instance) && !instance.isEjected(nowMs)))
          continue;
        throw new SluiceError(
          'BAD_USER_INPUT',
          `Without ${named.instance.slice(0, longestName)} no instance of ${named.subgraph} would get calls: add another one first.`,
        );
      }
      for (const { route, instance } of places) route.instances.hold(instance, nowMs, forMs);
    },

    readmit(named) {
      const nowMs = clock.monotonicMs();
      const ejected = placesOf(named).filter(({ instance }) => instance.isEjected(nowMs));
      for (const { route, instance } of ejected) route.instances.readmit(instance, nowMs);
      return ejected.length > 0;
    },

    resetBreaker(subgraph) {
      const own = routesOf(subgraph);
      const wasOpen = own.some(({ breaker }) => breaker.state !== 'closed');
      for (const { breaker } of own) breaker.reset();
      return wasOpen;
    },
  };
}

interface Place {
  readonly route: Route;
  readonly instance: Instance;
}

function unknown(what: string, sought: string, known: readonly string[]): SluiceError {
  const names = [...new Set(known)].sort().slice(0, 20);
  return new SluiceError(
    'BAD_USER_INPUT',
    `There is no ${what} called ${JSON.stringify(sought.slice(0, longestName))} here; there is ${names.join(', ') || 'none yet'}.`,
  );
}
