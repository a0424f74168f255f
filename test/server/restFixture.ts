import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../../src/base/clock.ts';
import { headerIdentity } from '../support/headerIdentity.ts';
import { startSubgraph, type TestSubgraph } from '../support/startSubgraph.ts';
import { startTestGateway, type TestGateway } from '../support/startTestGateway.ts';

/** A small shop of two subgraphs, for routes to be asked of. */
export interface Shop {
  readonly goods: TestSubgraph;
  readonly stock: TestSubgraph;
  stop(): Promise<void>;
}

interface Item {
  readonly sku: string;
  readonly name: string | null;
}

const items: readonly Item[] = [
  { sku: 'a', name: 'Apple' },
  { sku: 'b', name: 'Bread' },
  { sku: 'c', name: null },
];

const goodsSdl = `
  type Query {
    item(sku: ID!): Item
    "Those there are, by SKU."
    items(kind: Kind, first: Int = 10, skus: [ID!], dear: Boolean, above: Float, text: String): [Item!]!
    echo(text: String, when: Date, number: Int): Echo!
    thing(sku: ID!): Thing
    find(filter: Filter): String
    secret: String @authenticated
    failing: String
  }
  type Mutation {
    rename(sku: ID!, name: String!): Item
    add(input: NewItem!): Item
    remove(sku: ID!): Boolean
  }
  type Item @key(fields: "sku") { sku: ID! "As it is called." name: String kind: Kind }
  type Box { sku: ID! sides: Int! }
  union Thing = Item | Box
  type Echo { text: String when: Date number: Int }
  scalar Date
  enum Kind { FOOD TOOL }
  "What is added."
  input NewItem { sku: ID! "Its name." name: String kind: Kind = FOOD parts: [NewItem!] }
  input Filter { "As it is called." name: String! kind: Kind = FOOD price: Range tags: [String!] and: [Filter!] not: Filter }
  input Range { from: Float! to: Float }`;

/** A failure of a subgraph with a code of its own. */
function coded(message: string, code: string): Error {
  return Object.assign(new Error(message), { extensions: { code } });
}

export async function startShop(): Promise<Shop> {
  const goods = await startSubgraph('goods', {
    sdl: goodsSdl,
    resolvers: {
      Query: {
        item: (_: unknown, { sku }: Item) => items.find((item) => item.sku === sku) ?? null,
        items: (_: unknown, { first, skus }: { first: number; skus?: string[] }) =>
          items.filter(({ sku }) => skus?.includes(sku) ?? true).slice(0, first),
        echo: (_: unknown, given: object) => given,
        thing: (_: unknown, { sku }: Item) =>
          sku === 'box' ? { __typename: 'Box', sku, sides: 6 } : { __typename: 'Item', sku, name: 'Apple' },
        find: (_: unknown, { filter }: { filter?: object }) => JSON.stringify(filter ?? null),
        secret: () => 'told',
        failing: () => {
          throw coded('There is a conflict.', 'CONFLICT');
        },
      },
      Mutation: {
        rename(_: unknown, { sku, name }: Item) {
          if (sku === 'z') throw coded('There is no item z.', 'NOT_FOUND');
          return { sku, name };
        },
        add: (_: unknown, { input }: { input: Item }) => input,
        remove: () => null,
      },
      Item: { __resolveReference: (item: Item) => item },
    },
  });
  const stock = await startSubgraph('stock', {
    sdl: 'type Item @key(fields: "sku") { sku: ID! count: Int }',
    resolvers: { Item: { count: () => 7 } },
  });
  return {
    goods,
    stock,
    async stop() {
      await goods.stop();
      await stock.stop();
    },
  };
}

/** The routes most tests ask; what a test needs besides, it writes itself. */
export const shopRoutes: Readonly<Record<string, string>> = {
  'item.graphql':
    'query ItemBySku($sku: ID!) @http(method: GET, path: "/items/:sku", unwrap: true) { item(sku: $sku) { sku name count } }',
  'items.graphql': `query Items($kind: Kind, $first: Int = 2, $skus: [ID!], $dear: Boolean, $above: Float, $text: String)
      @http(method: GET, path: "/items") {
      items(kind: $kind, first: $first, skus: $skus, dear: $dear, above: $above, text: $text) { sku name }
    }`,
  'echo.graphql':
    'query Echo($text: String!, $when: Date, $number: Int) @http(method: GET, path: "/echo/:text") { echo(text: $text, when: $when, number: $number) { text when number } }',
  'search.graphql':
    'query Search($text: String!, $number: Int) @http(method: POST, path: "/search") { echo(text: $text, number: $number) { text number } }',
  'thing.graphql':
    'query Thing($sku: ID!) @http(method: GET, path: "/things/:sku", unwrap: true) { thing(sku: $sku) { __typename ... on Item { sku name } ... on Box { sides } } }',
  'told.graphql':
    'query Told($sku: ID!) @http(method: GET, path: "/told/:sku") { item(sku: $sku) { count } }',
  'find.graphql':
    'query Find($filter: Filter) @http(method: GET, path: "/find", unwrap: true) { find(filter: $filter) }',
  'made.graphql': `mutation Make($input: NewItem!) @http(method: POST, path: "/made", body: "input", unwrap: true, created: true) { add(input: $input) { sku } }
    mutation MakeNothing($sku: ID!) @http(method: PUT, path: "/made/:sku", created: true) { remove(sku: $sku) }`,
  'secret.graphql': 'query Secret @http(method: GET, path: "/secret") { secret }',
  'failing.graphql': 'query Failing @http(method: GET, path: "/failing") { failing }',
  'changes.graphql': `mutation Rename($sku: ID!, $name: String!) @http(method: PATCH, path: "/items/:sku", unwrap: true) {
      rename(sku: $sku, name: $name) { sku name }
    }
    mutation Add($input: NewItem!) @http(method: POST, path: "/items", body: "input") { add(input: $input) { sku name kind } }
    mutation Remove($sku: ID!) @http(method: DELETE, path: "/items/:sku", unwrap: true) { remove(sku: $sku) }`,
};

export interface RestGateway extends TestGateway {
  readonly operations: string;
  /** Asks below /rest; the body as JSON where there is one. */
  rest(path: string, options?: RestRequest): Promise<RestReply>;
}

export interface RestRequest {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
}

export interface RestReply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Parsed; null where there is no body. */
  readonly body: unknown;
}

export async function startRestGateway(
  { goods, stock }: Shop,
  files: Readonly<Record<string, string>> = shopRoutes,
  {
    settings = {},
    trusted = {},
    clock,
  }: { settings?: Record<string, unknown>; trusted?: object; clock?: Clock } = {},
): Promise<RestGateway> {
  const operations = await mkdtemp(join(tmpdir(), 'sluice-operations-'));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(operations, name, '..'), { recursive: true });
    await writeFile(join(operations, name), text);
  }
  const request = { trustedDocuments: { path: operations, mode: 'off', ...trusted } };
  const gateway = await startTestGateway({
    subgraphs: [goods, stock],
    settings: { request, ...settings },
    identity: headerIdentity,
    ...(clock === undefined ? {} : { clock }),
  }).catch(async (failure: unknown) => {
    await rm(operations, { recursive: true });
    throw failure;
  });
  return {
    ...gateway,
    operations,
    async rest(path, { method = 'GET', headers = {}, body } = {}) {
      const response = await fetch(new URL(`/rest${path}`, gateway.endpoint), {
        method,
        headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const text = await response.text();
      return {
        status: response.status,
        headers: response.headers,
        text,
        body: text === '' ? null : (JSON.parse(text) as unknown),
      };
    },
    async stop(options) {
      await gateway.stop(options);
      await rm(operations, { recursive: true });
    },
  };
}
