import { buildSchema } from 'graphql';
import { systemClock } from '../../src/base/clock.ts';
import { type Cache, cacheOptions, createCache } from '../../src/cache/cache.ts';
import type { AskedFetch, CacheFact, FetchCache } from '../../src/model/fetchCache.ts';
import type { Caller, SubgraphResult } from '../../src/model/subgraphCall.ts';
import { anonymous } from '../support/anonymous.ts';
import { silentLog } from '../support/silentLog.ts';

/** A cache over a subgraph of films and books, of which the text of each answer is known. */
export interface PiecesWorld {
  readonly cache: Cache;
  readonly entities: FetchCache;
  /** A fetch from the root with a variable. */
  readonly root: FetchCache;
  answer(
    fetch: FetchCache,
    items: readonly string[],
    more: Pick<AskedFetch, 'ask'> & Partial<AskedFetch>,
  ): Promise<unknown>;
}

const schema = buildSchema(`
  type Query { named(name: String): String }
  type Film { id: ID! title: String more: String }
  type Book { id: ID! title: String more: String }
`);
const control = { maxAgeSeconds: 60, scope: null, inheritMaxAge: false };
const coordinates = ['Film', 'Book', 'Query.named'];

export async function startPiecesWorld(settings: object = {}): Promise<PiecesWorld> {
  const parts = {
    headersOf: () => ({ fields: {}, identity: '', back: '', perCall: [], fromClient: [] }),
    clock: systemClock,
    random: () => 0.5,
    log: silentLog,
  };
  const cache = await createCache(cacheOptions.parse({ audit: 0, ...settings }), parts);
  const caches = cache.forSupergraph({
    schema,
    rules: {
      authorization: new Map(),
      protectedFields: new Map(),
      weights: new Map(),
      listSizes: new Map(),
      cacheControl: new Map([['media', new Map(coordinates.map((name) => [name, control]))]]),
      cacheTags: new Map(),
      rateLimits: new Map(),
    },
  });
  if (!caches) throw new Error('The cache is off');
  const shared = { subgraph: 'media', url: 'http://media', kind: 'query', isRewritten: false } as const;
  const selected = '__typename ... on Film { title more } ... on Book { title more }';
  const caller: Caller = {
    requestId: '1',
    headers: {},
    session: anonymous,
    signal: new AbortController().signal,
  };
  return {
    cache,
    entities: caches.of({
      ...shared,
      operation: `query ($representations: [_Any!]!) { _entities(representations: $representations) { ${selected} } }`,
      used: [],
      hasRepresentations: true,
    }),
    root: caches.of({
      ...shared,
      operation: 'query ($name: String) { named(name: $name) }',
      used: ['name'],
      hasRepresentations: false,
    }),
    async answer(fetch, items, more) {
      const note = (_fact: CacheFact) => undefined;
      const { data } = await fetch.answer({
        caller,
        variables: {},
        items,
        note,
        isSound: () => true,
        ...more,
      });
      return data;
    },
  };
}

/** What a subgraph answers by this text. */
export function textResult(text: string): SubgraphResult {
  const read = (): SubgraphResult => ({ data: JSON.parse(text).data, errors: null, extensions: undefined });
  const keeping = { cacheControl: null, age: null, vary: null, status: 200, back: [] };
  return { ...read(), keeping, source: { heldBytes: 2 * text.length, read } };
}

export function representation(type: 'Film' | 'Book', id: string): string {
  return JSON.stringify({ __typename: type, id });
}

/** Each item by its own title. */
export function entitiesFor(items: readonly string[], more = ''): SubgraphResult {
  const entities = items.map((item) => {
    const { __typename, id } = JSON.parse(item) as { readonly __typename: string; readonly id: string };
    return { __typename, title: `${__typename} ${id}`, more };
  });
  return textResult(JSON.stringify({ data: { _entities: entities } }));
}
