import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  type RestAnswer,
  type RestReceived,
  type RestService,
  startRestService,
} from '../support/startRestService.ts';
import { startTestGateway, type TestGateway } from '../support/startTestGateway.ts';

const openapi = `
openapi: 3.0.3
info: { title: Shelf, version: '1' }
paths:
  /books:
    get:
      operationId: listBooks
      parameters:
        - { name: page-size, in: query, schema: { type: integer } }
        - { name: tag, in: query, schema: { type: array, items: { type: string } } }
        - { name: X-Trace, in: header, schema: { type: string } }
      responses: { '200': { description: ok, content: { application/json: { schema: { type: array, items: { $ref: '#/components/schemas/Book' } } } } } }
    post:
      operationId: addBook
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/Book' } } } }
      responses: { '201': { description: ok, content: { application/json: { schema: { $ref: '#/components/schemas/Book' } } } } }
  /books/{book-id}:
    get:
      operationId: getBook
      parameters: [{ name: book-id, in: path, required: true, schema: { type: string } }]
      responses: { '200': { description: ok, content: { application/json: { schema: { $ref: '#/components/schemas/Book' } } } } }
    delete:
      operationId: removeBook
      parameters: [{ name: book-id, in: path, required: true, schema: { type: string } }]
      responses: { '204': { description: gone } }
components:
  schemas:
    Book:
      type: object
      required: [isbn]
      properties:
        isbn: { type: string }
        full_title: { type: string }
        copies-sold: { type: integer, format: int64 }
        state: { type: string, enum: [in-print, out of print, '3rd'] }
        pages: { type: integer }
        next: { $ref: '#/components/schemas/Book' }
        extra: { type: object, additionalProperties: true }
        author_id: { type: string }
`;

const mapping = `
extend schema @link(url: "https://specs.apollo.dev/federation/v2.14", import: ["@key"])
type Query {
  allBooks(first: Int): [Book!] @rest(get: "/pages", result: "data.items", next: "data.next", pageParameter: "after", maxPages: 5)
}
type Book @key(fields: "isbn") @rest(get: "/books/{isbn}") {
  isbn: ID!
  authorId: String @omit
  author: Author @refers(by: "{ id: $author_id }")
}
type Author @key(fields: "id") @rest(post: "/authors/lookup", body: "{ ids: $ids }", each: "$id", into: "ids", result: "found", by: "id", value: "author", max: 2) {
  id: ID!
  name: String
}
`;

const book = (isbn: string) => ({ isbn, full_title: `Book ${isbn}`, author_id: `a${isbn}` });

function answer({ method, url, body }: RestReceived): RestAnswer {
  const { pathname, searchParams } = new URL(url, 'http://shelf');
  const [, , kind, id = ''] = pathname.split('/');
  if (kind === 'pages') {
    const from = Number(searchParams.get('after') ?? 0);
    const next = from < 8 ? `https://elsewhere.example/pages?after=${from + 2}` : null;
    return { body: { data: { items: [book(String(from)), book(String(from + 1))], next } } };
  }
  if (kind === 'authors') {
    const ids = (body as { ids: string[] }).ids.filter((each) => each !== 'a404');
    return {
      body: {
        found: ids.reverse().map((each) => ({ id: each, author: { id: each, name: `Author ${each}` } })),
      },
    };
  }
  if (method === 'POST') return { status: 201, body };
  if (method === 'DELETE') return { status: 204, headers: { 'x-gone': id } };
  if (id === '') return { body: [book('1'), book('2'), book('404')] };
  if (/^\d\d\d$/.test(id))
    return {
      status: Number(id),
      headers: { 'content-type': 'application/problem+json' },
      body: { title: 'No', detail: `because of ${id}` },
    };
  return { body: book(decodeURIComponent(id)), headers: { 'cache-control': 'max-age=60', 'x-cost': '1' } };
}

describe('a REST service as a subgraph', () => {
  let service: RestService;
  let gateway: TestGateway;

  beforeAll(async () => {
    service = await startRestService('shelf', { openapi, mapping, answer });
    const other = await startRestService('readers', {
      openapi: `{"openapi": "3.1.0", "info": {"title": "Readers", "version": "1"}, "paths": {"/read": {"get": {"operationId": "read",
        "responses": {"200": {"description": "ok", "content": {"application/json": {"schema": {"type": "array", "items": {"$ref": "#/components/schemas/Book"}}}}}}}}},
        "components": {"schemas": {"Book": {"type": "object", "properties": {"isbn": {"type": "string"}}}}}}`,
      mapping:
        'extend schema @link(url: "https://specs.apollo.dev/federation/v2.14", import: ["@key"]) type Book @key(fields: "isbn") { isbn: ID! }',
      answer: () => ({ body: ['x', 'y', 'x', '404', '500'].map((isbn) => ({ isbn })) }),
    });
    stopping.push(
      () => service.stop(),
      () => other.stop(),
    );
    gateway = await startTestGateway({
      subgraphs: [service, other],
      settings: {
        upstream: {
          timeout: '2s',
          maxResponse: '1MB',
          breaker: { mode: 'off' },
          headers: [{ propagate: 'x-tenant' }],
          responseHeaders: [{ name: 'cache-control', merge: 'mostRestrictive' }, { name: 'x-cost' }],
          subgraphs: { shelf: { auth: { bearer: 'secret-of-the-shelf' } } },
        },
      },
    });
  });
  const stopping: (() => Promise<void>)[] = [];
  beforeEach(() => {
    service.received.length = 0;
    service.intercept(null);
  });
  afterAll(async () => {
    await gateway.stop();
    await Promise.all(stopping.map((stop) => stop()));
  });

  const ask = async (query: string, variables: object = {}, headers: Record<string, string> = {}) =>
    (await gateway.query(query, { variables, headers })).body;

  test('says what it left out, and keeps the names of the service apart from those of the schema', () => {
    expect(service.remarks).toEqual([
      'GET /books: the header parameter "X-Trace" is left out; header rules can send one.',
    ]);
    expect(service.sdl).toContain('copiesSold: Int64 @wire(name: "copies-sold")');
    expect(service.sdl).toContain('_3rd @wire(name: "3rd")');
    expect(service.sdl).toContain('@rest(get: "/books?page-size={pageSize}&tag={tag*}")');
  });

  test('sends arguments where the document has them, encoded', async () => {
    await ask('{ listBooks(pageSize: 5, tag: ["a&b", "ü"]) { isbn } }');
    await ask('query ($id: String!) { getBook(bookId: $id) { isbn } }', { id: 'a/b?c' });
    expect(service.received.map(({ url }) => url)).toEqual([
      '/v1/books?page-size=5&tag=a%26b&tag=%C3%BC',
      '/v1/books/a%2Fb%3Fc',
    ]);
  });

  test('sends a body in the words of the service, and reads its answer in ours', async () => {
    const input = {
      isbn: '9',
      fullTitle: 'Nine',
      copiesSold: '9007199254740993',
      state: 'out_of_print',
      pages: 3,
      next: { isbn: '10' },
      extra: { any: [1] },
    };
    const { data } = await ask(
      `mutation ($input: BookInput!) { addBook(input: $input) { isbn fullTitle copiesSold state pages next { isbn pages } extra } }`,
      { input },
    );
    expect(service.received[0]?.body).toEqual({
      isbn: '9',
      full_title: 'Nine',
      'copies-sold': '9007199254740993',
      state: 'out of print',
      pages: 3,
      next: { isbn: '10' },
      extra: { any: [1] },
    });
    expect(data).toEqual({ addBook: { ...input, next: { isbn: '10', pages: null } } });
  });

  test('answers true where a service has nothing to say', async () => {
    expect(await ask('mutation { removeBook(bookId: "1") }')).toEqual({ data: { removeBook: true } });
  });

  test('asks for entities one by one, each once, and takes a missing one for null', async () => {
    const { data, errors } = await ask('{ read { isbn fullTitle } }');
    expect(data).toEqual({
      read: [
        { isbn: 'x', fullTitle: 'Book x' },
        { isbn: 'y', fullTitle: 'Book y' },
        { isbn: 'x', fullTitle: 'Book x' },
        { isbn: '404', fullTitle: null },
        { isbn: '500', fullTitle: null },
      ],
    });
    expect(errors).toEqual([
      {
        message: 'Subgraph "shelf" failed.',
        path: ['read', 4],
        extensions: { code: 'SUBGRAPH_ERROR', subgraph: 'shelf' },
      },
    ]);
    expect(service.received.map(({ url }) => url).sort()).toEqual([
      '/v1/books/404',
      '/v1/books/500',
      '/v1/books/x',
      '/v1/books/y',
    ]);
  });

  test('asks for many at once where the service takes many, in lists as long as it takes', async () => {
    const { data } = await ask('{ listBooks { author { id name } } }');
    expect(data).toEqual({
      listBooks: [
        { author: { id: 'a1', name: 'Author a1' } },
        { author: { id: 'a2', name: 'Author a2' } },
        { author: null },
      ],
    });
    expect(service.received.slice(1).map(({ body }) => body)).toEqual([
      { ids: ['a1', 'a2'] },
      { ids: ['a404'] },
    ]);
  });

  test('follows pages as far as it was asked for, by the cursor and never to another host', async () => {
    expect(await ask('{ allBooks(first: 3) { isbn } }')).toEqual({
      data: { allBooks: ['0', '1', '2'].map((isbn) => ({ isbn })) },
    });
    expect(service.received.map(({ url }) => url)).toEqual(['/v1/pages', '/v1/pages?after=2']);
    const { data } = await ask('{ allBooks { isbn } }');
    expect((data as { allBooks: unknown[] }).allBooks).toHaveLength(10);
  });

  test('sends headers by rule, the request id and the credential of the gateway, and hands headers of answers back', async () => {
    const { headers } = await gateway.query('{ getBook(bookId: "1") { isbn } }', {
      headers: { 'x-tenant': 'acme' },
    });
    const [sent] = service.received;
    expect(sent?.headers).toMatchObject({
      'x-tenant': 'acme',
      accept: 'application/json',
      authorization: 'Bearer secret-of-the-shelf',
      'x-request-id': expect.any(String),
    });
    expect(sent?.headers['content-type']).toBeUndefined();
    expect(headers.get('cache-control')).toContain('max-age=60');
    expect(headers.get('x-cost')).toBe('1');
  });

  test.each([
    [400, 'because of 400', 'BAD_USER_INPUT'],
    [401, 'because of 401', 'UNAUTHENTICATED'],
    [403, 'because of 403', 'FORBIDDEN'],
    [409, 'because of 409', 'CONFLICT'],
    [418, 'because of 418', 'SUBGRAPH_ERROR'],
    [422, 'because of 422', 'BAD_USER_INPUT'],
    [429, 'Subgraph "shelf" is not available.', 'SUBGRAPH_UNREACHABLE'],
    [500, 'Subgraph "shelf" failed.', 'SUBGRAPH_ERROR'],
    [503, 'Subgraph "shelf" is not available.', 'SUBGRAPH_UNREACHABLE'],
  ])('has its own error for status %i', async (status, message, code) => {
    const { data, errors } = await ask('query ($id: String!) { getBook(bookId: $id) { isbn } }', {
      id: String(status),
    });
    expect(data).toEqual({ getBook: null });
    expect(errors).toMatchObject([{ message, extensions: { code, subgraph: 'shelf' } }]);
  });

  const json = { 'content-type': 'application/json' };
  test.each<[string, (response: ServerResponse) => void, string, string]>([
    [
      'a redirect to a metadata address',
      (response) => response.writeHead(302, { location: 'http://169.254.169.254/' }).end(),
      'a redirect, which is not followed',
      'SUBGRAPH_MALFORMED_RESPONSE',
    ],
    [
      'JSON that is none',
      (response) => response.writeHead(200, json).end('{"isbn": '),
      'something that is not JSON, as its API says',
      'SUBGRAPH_MALFORMED_RESPONSE',
    ],
    [
      'HTML',
      (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<p>'),
      'something that is not JSON, as its API says',
      'SUBGRAPH_MALFORMED_RESPONSE',
    ],
    [
      'a list for an object',
      (response) => response.writeHead(200, json).end('[]'),
      'no object where its schema has one',
      'SUBGRAPH_MALFORMED_RESPONSE',
    ],
    [
      'too much',
      (response) => response.writeHead(200, json).end(`"${'x'.repeat(2_000_000)}"`),
      'larger than 1048576 bytes',
      'SUBGRAPH_RESPONSE_TOO_LARGE',
    ],
    [
      'an answer that never ends',
      (response) => {
        response.writeHead(200, json);
        const pour = (): void => {
          while (!response.destroyed)
            if (!response.write(' '.repeat(65_536))) return void response.once('drain', pour);
        };
        pour();
      },
      'larger than 1048576 bytes',
      'SUBGRAPH_RESPONSE_TOO_LARGE',
    ],
    ['nothing', (response) => void response, 'did not answer in time', 'SUBGRAPH_TIMEOUT'],
    [
      'a broken answer',
      (response) =>
        void response.writeHead(200, { ...json, 'content-length': 100 }).write('{', () => response.destroy()),
      'broke off its answer',
      'SUBGRAPH_UNREACHABLE',
    ],
    [
      'a field of another type',
      (response) => response.writeHead(200, json).end('{"isbn": "1", "pages": "many"}'),
      'pages',
      'SUBGRAPH_MALFORMED_RESPONSE',
    ],
    [
      'a missing key',
      (response) => response.writeHead(200, json).end('{"pages": 1}'),
      'isbn',
      'SUBGRAPH_MALFORMED_RESPONSE',
    ],
    [
      'a number beyond 2^53',
      (response) => response.writeHead(200, json).end('{"isbn": "1", "copies-sold": 9007199254740993}'),
      'a whole number beyond 2^53 as a JSON number, which nobody can read without loss: send it as a string',
      'SUBGRAPH_MALFORMED_RESPONSE',
    ],
  ])('has a clear error for %s', async (_what, respond, message, code) => {
    service.intercept(respond);
    const { errors } = await ask('{ getBook(bookId: "1") { isbn pages copiesSold } }');
    expect(errors).toMatchObject([{ message: expect.stringContaining(message), extensions: { code } }]);
  });

  test('reads no more for all requests of a call together than for one, compressed or not', async () => {
    const large = JSON.stringify({ isbn: '1', pages: 1, extra: 'x'.repeat(300_000) });
    const query = `{ ${[1, 2, 3, 4, 5].map((at) => `b${at}: getBook(bookId: "${at}") { isbn }`).join(' ')} }`;
    const codesOf = async () => {
      const { data, errors = [] } = await ask(query);
      const answered = Object.values(data as object).filter((book) => book !== null).length;
      return { answered, codes: errors.map(({ extensions }) => extensions.code) };
    };
    const tooLarge = 'SUBGRAPH_RESPONSE_TOO_LARGE';
    service.intercept((response) =>
      response.writeHead(200, { ...json, 'content-encoding': 'gzip' }).end(gzipSync(large)),
    );
    expect(await codesOf()).toEqual({ answered: 3, codes: [tooLarge, tooLarge] });
    service.intercept((response) => response.writeHead(200, json).end(large));
    const { answered, codes } = await codesOf();
    expect(answered).toBeLessThan(4);
    expect(new Set(codes)).toEqual(new Set([tooLarge]));
  });

  test('says so when nobody is there, and nothing of where that is', async () => {
    const gone = await startRestService('gone', { openapi, answer });
    await gone.stop();
    const lonely = await startTestGateway({ subgraphs: [gone] });
    const { body } = await lonely.query('{ getBook(bookId: "1") { isbn } }');
    await lonely.stop();
    expect(body.errors).toMatchObject([
      { message: 'Subgraph "gone" could not be reached.', extensions: { code: 'SUBGRAPH_UNREACHABLE' } },
    ]);
    expect(JSON.stringify(body)).not.toContain('127.0.0.1');
  });

  test('is answered by the reference engine alike', async () => {
    const reference = await startTestGateway({
      subgraphs: [service],
      settings: { execution: { engine: 'reference' } },
    });
    const query =
      'query ($on: Boolean!) { listBooks { ...Title author { name } pages @include(if: $on) } } fragment Title on Book { title: fullTitle }';
    const variables = { on: false };
    const [compiled, referred] = [
      await ask(query, variables),
      (await reference.query(query, { variables })).body,
    ];
    await reference.stop();
    expect(compiled.data).toMatchObject({
      listBooks: [{ title: 'Book 1', author: { name: 'Author a1' } }, {}, {}],
    });
    expect(referred).toEqual(compiled);
  });
});
