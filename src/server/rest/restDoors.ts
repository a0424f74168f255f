import { SluiceError } from '../../base/errors.ts';
import type { Route } from '../../model/route.ts';
import type { Admitted, Generation, Generations, RouteBook } from '../../request/request.ts';
import type { ApolloDoor } from '../apollo/apolloDoor.ts';
import type { Door } from '../door.ts';
import type { Answer } from '../respond.ts';
import { answerOfResult } from './answerOfResult.ts';
import { finishAnswer } from './finishAnswer.ts';
import { type OpenApiDocument, openApiDocument } from './openApiDocument.ts';
import { problem } from './problem.ts';
import { readPath } from './readPath.ts';
import { readQuery } from './readQuery.ts';
import { readVariables } from './readVariables.ts';
import type { RestOptions } from './restOptions.ts';
import { createRouteTree, type RoutesOfPath, type RouteTree } from './routeTree.ts';

export interface RestParts {
  readonly apollo: ApolloDoor;
  readonly routes: RouteBook;
  readonly generations: Pick<Generations, 'current'>;
}

/** A request on its way in by a route: what takes it, or why nothing does. */
export interface RestEntry {
  readonly door: Door;
  readonly refuse?: SluiceError;
}

export interface RestDoors {
  /** Null where the path is none of ours: there are no routes, or it is not below their prefix. */
  enter(method: string, path: string): RestEntry | null;
  /** The methods of a path, as Allow lists them; null where nothing is. */
  methodsAt(path: string): string | null;
}

/** Longer ones are no path that a client of a route writes. */
const maxPathLength = 4096;
const documentName = 'openapi.json';

/** Routes of trusted documents over REST: their doors lead to the same pipeline that GraphQL takes. */
export function createRestDoors(options: RestOptions, parts: RestParts): RestDoors {
  const { routes } = parts;
  const prefix = `${options.path}/`;
  let tree: { readonly of: readonly Route[]; readonly routes: RouteTree } | null = null;
  const document = options.openapi ? createDocumentDoor(options, parts) : null;

  function at(parts: readonly string[]): RoutesOfPath | null {
    const all = routes.all();
    if (tree?.of !== all) tree = { of: all, routes: createRouteTree(all) };
    return tree.routes.at(parts);
  }
  /** Null for a path that is not below the prefix. */
  function partsOf(path: string): readonly string[] | null {
    if (routes.all().length === 0 || !path.startsWith(prefix)) return null;
    return path.slice(prefix.length).split('/');
  }
  return {
    enter(method, path) {
      const asked = partsOf(path);
      if (!asked) return null;
      const refused = (refuse: SluiceError): RestEntry => ({ door: closedDoor, refuse });
      if (path.length > maxPathLength) return refused(tooLong(path.length));
      if (document && path === prefix + documentName) {
        if (method === 'GET' || method === 'HEAD') return { door: document };
        return refused(notAllowed(method, 'GET, HEAD'));
      }
      const found = at(asked);
      if (!found) return refused(notFound(options));
      const route = found.get((method === 'HEAD' ? 'GET' : method) as Route['method']);
      if (!route) return refused(notAllowed(method, methodsOf(found)));
      try {
        const values = readPath(route, asked);
        return { door: routeDoor(route, { values, template: options.path + route.path, ...parts }) };
      } catch (fault) {
        return refused(SluiceError.from(fault));
      }
    },
    methodsAt(path) {
      const asked = partsOf(path);
      if (!asked || path.length > maxPathLength) return null;
      if (document && path === prefix + documentName) return 'GET, HEAD';
      const found = at(asked);
      return found && methodsOf(found);
    },
  };
}

/** Refusals look alike at every path, and so does what HTTP has for answers. */
const common: Pick<Door, 'refuse' | 'finish'> = {
  refuse: ({ status, errors, headers }, { requestId }) => problem({ status, requestId, errors, headers }),
  finish: finishAnswer,
};

const closedDoor: Door = {
  ...common,
  route: null,
  readAsked: () => Promise.reject(new Error('Nothing is asked at a closed door')),
  answer: () => Promise.reject(new Error('Nothing is answered at a closed door')),
};

interface RouteDoorParts extends Pick<RestParts, 'apollo'> {
  readonly values: ReadonlyMap<string, readonly string[]>;
  readonly template: string;
}

function routeDoor(route: Route, { values, template, apollo }: RouteDoorParts): Door {
  return {
    ...common,
    route: { template, hasBody: route.hasBody },
    async readAsked(sent) {
      const texts = new Map([...readQuery(route, sent.search), ...values]);
      const variables = route.hasBody ? readVariables(route, await sent.readBody()) : {};
      const operationName = route.definition.name?.value ?? null;
      return { query: null, operationName, variables, extensions: {}, routed: { route, texts } };
    },
    async answer(admitted) {
      const answer = await apollo.answer(admitted);
      const identified = admitted.ledger.session?.identified ?? false;
      return answerOfResult(answer, { route, requestId: admitted.arrival.requestId, identified });
    },
  };
}

/** The OpenAPI document: let in like all requests, and made once for each supergraph and its routes. */
function createDocumentDoor(options: RestOptions, { routes, generations }: RestParts): Door {
  const kept = new WeakMap<
    Generation,
    { readonly of: readonly Route[]; readonly document: OpenApiDocument }
  >();
  async function textFor(generation: Generation): Promise<string> {
    const fitting = await routes.fitting(generation);
    const known = kept.get(generation);
    if (known?.of === fitting) return known.document.text;
    const document = openApiDocument(fitting, { schema: generation.schema, options });
    kept.set(generation, { of: fitting, document });
    return document.text;
  }
  return {
    ...common,
    route: { template: `${options.path}/${documentName}`, hasBody: false },
    readAsked: () => Promise.reject(new Error('The document of the routes asks nothing')),
    async answer(_admitted: Admitted): Promise<Answer> {
      const generation = generations.current();
      if (!generation) {
        throw new SluiceError('DRAINING', 'The gateway has no supergraph to serve yet.', {
          headers: { 'retry-after': '1' },
        });
      }
      const headers = { 'content-type': 'application/json; charset=utf-8' };
      return { status: 200, headers, body: await textFor(generation) };
    },
  };
}

const methodOrder = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

function methodsOf(found: RoutesOfPath): string {
  return methodOrder.filter((name) => found.has(name === 'HEAD' ? 'GET' : name)).join(', ');
}

function notFound({ path }: RestOptions): SluiceError {
  return new SluiceError(
    'NOT_FOUND',
    `No route is served at this path; they are listed at ${path}/${documentName}.`,
  );
}

function notAllowed(method: string, allowed: string): SluiceError {
  return new SluiceError(
    'METHOD_NOT_ALLOWED',
    `The method ${method} is not served here; allowed: ${allowed}.`,
    {
      headers: { allow: allowed },
    },
  );
}

function tooLong(length: number): SluiceError {
  return new SluiceError('BAD_REQUEST', `The path has ${length} characters; allowed: ${maxPathLength}.`, {
    status: 414,
  });
}
