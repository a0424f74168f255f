import { setImmediate } from 'node:timers/promises';
import type { Log } from '../model/log.ts';
import type { Route } from '../model/route.ts';
import type { Documents } from './documents.ts';
import type { Generation } from './generations.ts';
import { untypedVariable } from './typedVariables.ts';
import type { WatchedDocuments } from './watchTrustedDocuments.ts';

/** The routes there are. */
export interface RouteBook {
  /** Of the trusted documents as they are now; the very list until they change. */
  all(): readonly Route[];
  /** Those whose operations fit this supergraph; the others are left out. */
  fitting(generation: Generation): Promise<readonly Route[]>;
  /** Tells the log of those that do not fit the supergraph that is served from now on. */
  check(generation: Generation): void;
}

export interface RouteBookParts {
  readonly trusted: Pick<WatchedDocuments, 'current' | 'onChange'> | null;
  readonly documents: Documents;
  readonly log: Pick<Log, 'warn' | 'error'>;
}

/** More than this are not told one by one. */
const maxTold = 20;

interface Checked {
  readonly of: readonly Route[];
  readonly fitting: Promise<readonly Route[]>;
}

export function createRouteBook({ trusted, documents, log }: RouteBookParts): RouteBook {
  const checked = new WeakMap<Generation, Checked>();
  let served: Generation | null = null;
  const all = () => trusted?.current().routes ?? [];

  async function faultOf(route: Route, generation: Generation): Promise<string | null> {
    const asked = { query: null, operationName: null, variables: {}, extensions: {} };
    const { refusal } = await documents.prepare(
      { ...asked, routed: { route, texts: new Map() } },
      generation,
      null,
    );
    if (refusal) return String(refusal.reason ?? refusal.errors[0]?.message);
    return untypedVariable(route, generation.schema);
  }
  async function checkEach(routes: readonly Route[], generation: Generation): Promise<readonly Route[]> {
    const fitting: Route[] = [];
    let told = 0;
    for (const route of routes) {
      const why = await faultOf(route, generation);
      if (why === null) fitting.push(route);
      else if (told < maxTold) {
        const { method, path, where } = route;
        log.warn(
          { method, path, where, why },
          'a route does not fit the supergraph; it is answered with 503',
        );
        told += 1;
      }
      await setImmediate(); // Validating a document takes a while, and requests come meanwhile.
    }
    return fitting;
  }
  function fitting(generation: Generation): Promise<readonly Route[]> {
    const known = checked.get(generation);
    const routes = all();
    if (known && known.of === routes) return known.fitting;
    const checking = checkEach(routes, generation);
    checked.set(generation, { of: routes, fitting: checking });
    return checking;
  }
  function check(generation: Generation): void {
    served = generation;
    fitting(generation).catch((err: unknown) => log.error({ err }, 'routes could not be checked'));
  }
  trusted?.onChange(() => {
    if (served) check(served);
  });
  return { all, fitting, check };
}
