import SwaggerParser from '@apidevtools/swagger-parser';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { OpenAPIClientAxios } from 'openapi-client-axios';
import { type RestGateway, type Shop, shopRoutes, startRestGateway, startShop } from './restFixture.ts';

/** Of an OpenAPI document with its references resolved, what is looked at here. */
interface Told {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string };
  readonly servers: readonly { readonly url: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, ToldOperation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

interface ToldOperation {
  readonly operationId: string;
  readonly description?: string;
  readonly parameters?: readonly object[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly content: Content }>>;
}

type Content = Readonly<Record<string, { readonly schema: object }>>;
type Clients = Record<string, (parameters?: object | null, body?: unknown) => Promise<Answered>>;

interface Answered {
  readonly status: number;
  readonly data: unknown;
}

let shop: Shop;
let gateway: RestGateway;
let document: Told;
let clients: Clients;

const fetchDocument = async () => (await gateway.rest('/openapi.json')).text;

beforeAll(async () => {
  shop = await startShop();
  gateway = await startRestGateway(shop);
  const text = await fetchDocument();
  document = (await SwaggerParser.validate(JSON.parse(text))) as unknown as Told;
  const origin = new URL(gateway.endpoint).origin;
  const api = new OpenAPIClientAxios({
    definition: JSON.parse(text),
    withServer: { url: `${origin}${document.servers[0]?.url}` },
    // Lists as OpenAPI has them unless told otherwise; axios by itself would add brackets to their names.
    axiosConfigDefaults: { validateStatus: () => true, paramsSerializer: { indexes: null } },
  });
  clients = (await api.init()) as unknown as Clients;
});
afterAll(async () => {
  await gateway.stop();
  await shop.stop();
});

function operation(path: string, method: string): ToldOperation {
  const told = document.paths[path]?.[method];
  if (!told) throw new Error(`There is no ${method} ${path}`);
  return told;
}

/** What is wrong with a value by the schema of an answer; null for one that fits. */
function faultOf(value: unknown, schema: object | undefined): string | null {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  return ajv.validate(schema ?? false, value) ? null : ajv.errorsText();
}

describe('the OpenAPI document of the routes', () => {
  test('is valid, by a parser of others, and says every route', () => {
    expect(document.openapi).toBe('3.1.0');
    expect(document.info).toEqual({
      title: 'Routes of the supergraph',
      version: expect.stringMatching(/^[0-9a-f]{12}$/),
    });
    const routes = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    );
    expect(routes).toEqual([
      'get /echo/{text}',
      'get /failing',
      'get /find',
      'get /items',
      'post /items',
      'delete /items/{sku}',
      'get /items/{sku}',
      'patch /items/{sku}',
      'post /made',
      'put /made/{sku}',
      'post /search',
      'get /secret',
      'get /things/{sku}',
      'get /told/{sku}',
    ]);
  });

  test('says parameters by the types of the variables', () => {
    const { parameters = [], description } = operation('/items', 'get');
    expect(description).toBe('Those there are, by SKU.');
    expect(parameters).toEqual([
      {
        name: 'kind',
        in: 'query',
        schema: expect.objectContaining({ type: 'string', enum: ['FOOD', 'TOOL'] }),
      },
      { name: 'first', in: 'query', schema: { type: 'integer', format: 'int32', default: 2 } },
      { name: 'skus', in: 'query', schema: { type: 'array', items: { type: 'string' } } },
      { name: 'dear', in: 'query', schema: { type: 'boolean' } },
      { name: 'above', in: 'query', schema: { type: 'number' } },
      { name: 'text', in: 'query', schema: { type: 'string' } },
    ]);
    expect(operation('/items/{sku}', 'get').parameters).toEqual([
      { name: 'sku', in: 'path', required: true, schema: { type: 'string' } },
    ]);
  });

  test('says the members of an input object in a query string, but for those it cannot hold', () => {
    const kind = expect.objectContaining({ enum: ['FOOD', 'TOOL'] });
    expect(operation('/find', 'get').parameters).toEqual([
      { name: 'filter.name', in: 'query', description: 'As it is called.', schema: { type: 'string' } },
      { name: 'filter.kind', in: 'query', schema: kind },
      { name: 'filter.price.from', in: 'query', schema: { type: 'number' } },
      { name: 'filter.price.to', in: 'query', schema: { type: 'number' } },
      { name: 'filter.tags', in: 'query', schema: { type: 'array', items: { type: 'string' } } },
    ]);
  });

  test('says what is answered to what was made', () => {
    const { responses } = operation('/made', 'post');
    expect(responses[201]?.content['application/json']?.schema).toMatchObject({
      type: 'object',
      required: ['sku'],
    });
    expect(responses[200]).toMatchObject({
      description: 'Nothing was made: the field that makes it is null.',
    });
  });

  test('says bodies, with input objects that hold themselves', () => {
    expect(operation('/search', 'post').requestBody?.content['application/json']?.schema).toEqual({
      type: 'object',
      properties: { text: { type: 'string' }, number: { type: ['integer', 'null'], format: 'int32' } },
      required: ['text'],
      additionalProperties: false,
    });
    const added = document.components.schemas.NewItem as Record<string, unknown>;
    expect(added).toMatchObject({
      description: 'What is added.',
      required: ['sku'],
      additionalProperties: false,
    });
    expect(added.properties).toMatchObject({ name: { type: ['string', 'null'], description: 'Its name.' } });
    expect(operation('/items', 'post').requestBody?.content['application/json']?.schema).toEqual(added);
  });

  test('says answers by what the operations select', () => {
    const schemaOf = (path: string) =>
      operation(path, 'get').responses[200]?.content['application/json']?.schema;
    expect(schemaOf('/items/{sku}')).toEqual({
      type: 'object',
      properties: {
        sku: { type: 'string' },
        name: { type: ['string', 'null'], description: 'As it is called.' },
        count: { type: ['integer', 'null'], format: 'int32' },
      },
      required: ['sku', 'name', 'count'],
    });
    expect(schemaOf('/things/{sku}')).toMatchObject({
      anyOf: [
        { properties: { __typename: { const: 'Item' }, sku: {}, name: {} } },
        { properties: { __typename: { const: 'Box' }, sides: { type: 'integer' } } },
      ],
    });
  });

  const calls: readonly (readonly [
    id: string,
    parameters?: object | null,
    body?: unknown,
    data?: unknown,
  ])[] = [
    ['ItemBySku', { sku: 'c' }, undefined, { sku: 'c', name: null, count: 7 }],
    [
      'Items',
      { skus: ['a', 'c'], kind: 'FOOD' },
      undefined,
      {
        items: [
          { sku: 'a', name: 'Apple' },
          { sku: 'c', name: null },
        ],
      },
    ],
    [
      'Echo',
      { text: 'a/b ü', number: 5, when: '2030' },
      undefined,
      { echo: { text: 'a/b ü', when: '2030', number: 5 } },
    ],
    [
      'Find',
      { 'filter.name': 'x', 'filter.tags': ['a'] },
      undefined,
      '{"name":"x","kind":"FOOD","tags":["a"]}',
    ],
    ['Search', null, { text: 'x' }, { echo: { text: 'x', number: null } }],
    ['Thing', { sku: 'box' }, undefined, { __typename: 'Box', sides: 6 }],
    ['Add', null, { sku: 'n' }, { add: { sku: 'n', name: null, kind: 'FOOD' } }],
    ['Rename', { sku: 'a' }, { name: 'Pear' }, { sku: 'a', name: 'Pear' }],
    ['Remove', { sku: 'a' }, undefined, null],
  ];
  test.each(calls)(
    'is enough for a client made from it: %s gets an answer as told',
    async (id, parameters, body, data) => {
      const answered = await clients[id]?.(parameters, body);
      expect([answered?.status, answered?.data]).toEqual([200, data]);
      expect(faultOf(data, schemaOfOperation(id, '200'))).toBeNull();
    },
  );

  test('says problems as they are', async () => {
    const refused = [
      await clients.ItemBySku?.({ sku: 'nothing' }),
      await clients.Items?.({ kind: 'none' }),
      await clients.Failing?.(),
      await clients.Secret?.(),
    ];
    expect(refused.map((each) => each?.status)).toEqual([404, 400, 409, 401]);
    for (const each of refused)
      expect(faultOf(each?.data, document.components.schemas['problem-details'])).toBeNull();
  });

  test('is the same from run to run, and when it is asked for again it is not sent again', async () => {
    const again = await startRestGateway(shop, Object.fromEntries(Object.entries(shopRoutes).reverse()));
    try {
      const { text, headers } = await again.rest('/openapi.json');
      expect(text).toBe(await fetchDocument());
      const tagged = await gateway.rest('/openapi.json', {
        headers: { 'if-none-match': headers.get('etag') ?? '' },
      });
      expect(tagged.status).toBe(304);
    } finally {
      await again.stop();
    }
  });

  test('is not served where it is not wanted', async () => {
    const settings = { server: { rest: { openapi: false, path: '/api/v1' } } };
    const closed = await startRestGateway(shop, undefined, { settings });
    try {
      const origin = new URL(closed.endpoint).origin;
      expect((await fetch(`${origin}/api/v1/openapi.json`)).status).toBe(404);
      expect((await fetch(`${origin}/api/v1/items/a`)).status).toBe(200);
      expect((await fetch(`${origin}/rest/items/a`)).status).toBe(404);
    } finally {
      await closed.stop();
    }
  });
});

function schemaOfOperation(id: string, status: string): object | undefined {
  const all = Object.values(document.paths).flatMap((methods) => Object.values(methods));
  return all.find(({ operationId }) => operationId === id)?.responses[status]?.content['application/json']
    ?.schema;
}
