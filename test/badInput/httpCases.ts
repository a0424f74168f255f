import { brotliCompressSync, constants, gzipSync, zstdCompressSync } from 'node:zlib';
import type { BadCase } from './badCase.ts';
import { exchange, postHead, query, refused } from './rawPost.ts';

const methods: BadCase[] = ['PUT', 'DELETE', 'PATCH', 'TRACE', 'QUERY'].map((method) => ({
  id: 'H1',
  title: `${method} /graphql`,
  send: (target) => target.send(method),
  expect: { ...refused(405, 'METHOD_NOT_ALLOWED'), headers: { allow: 'GET, POST' } },
}));

const getCases: BadCase[] = [
  {
    id: 'H2',
    title: 'a mutation by GET',
    send: (target) => target.get({ query: 'mutation { rename(id: 1, name: "x") { name } }' }),
    expect: {
      ...refused(405, 'METHOD_NOT_ALLOWED'),
      headers: { allow: 'POST' },
      check(_reply, { people }) {
        if (people.received.some(({ body }) => body.query.startsWith('mutation')))
          throw new Error('It was executed');
      },
    },
  },
  {
    id: 'H3',
    title: 'a GET that a browser sends without asking first',
    send: (target) => target.get({ query: '{ __typename }' }, {}),
    expect: refused(400, 'CSRF_BLOCKED'),
  },
  ...['text/plain', '', 'application/json\ta', 'application/json;x', 'a', 'multipart/form-data'].map(
    (contentType): BadCase => ({
      id: 'H4',
      title: `a GET of content type ${JSON.stringify(contentType)}`,
      send: (target) => target.get({ query: '{ __typename }' }, { 'content-type': contentType }),
      expect: refused(415, 'UNSUPPORTED_MEDIA_TYPE'),
    }),
  ),
  {
    id: 'H4',
    title: 'a GET with the query twice',
    send: (target) =>
      target.send('GET', {
        path: '/graphql?query={a}&query={__typename}',
        headers: { 'apollo-require-preflight': '1' },
      }),
    expect: refused(400, 'BAD_REQUEST'),
  },
];

const contentTypes: BadCase[] = [
  ['H5', 'application/x-www-form-urlencoded'],
  ['H5', 'text/plain'],
  ['H5', 'multipart/form-data; boundary=x'],
  ['H5', 'application/json, text/plain'],
  ['H6', 'application/json; charset=utf-7'],
  ['H6', 'application/json; charset=utf-16'],
  ['H6', 'application/json; charset=x-user-defined'],
  ['H6', `application/json; charset=${'x'.repeat(2000)}`],
  ['H6', `application/json;${' '.repeat(20_000)}x`],
].map(([id = '', contentType = '']) => ({
  id,
  title: `a POST of content type ${contentType.slice(0, 50)}`,
  send: (target) => target.post(query, { 'content-type': contentType }),
  expect: refused(415, 'UNSUPPORTED_MEDIA_TYPE'),
}));

const accepts: BadCase[] = [
  'image/png',
  'text/event-stream',
  'application/json;q=0',
  'application/jso',
  'x'.repeat(20_000),
].map((accept) => ({
  id: 'H7',
  title: `Accept: ${accept.slice(0, 40)}`,
  send: (target) => target.post(query, { accept }),
  expect: refused(406, 'NOT_ACCEPTABLE'),
}));

const megabyte = Buffer.alloc(1024 * 1024, ' ');
const limit = 2 * 1024 * 1024;
const oversized: BadCase[] = [
  {
    id: 'H8',
    title: 'a body of 2 MB and one byte; the client gets the answer while it is still sending',
    send: (target) => exchange(target, [postHead([`Content-Length: ${limit + 1}`]), megabyte, megabyte, ' ']),
    expect: { ...refused(413, 'BODY_TOO_LARGE'), headers: { connection: 'close' } },
  },
  {
    id: 'H8',
    title: 'a body of 20 MB that is announced but never sent',
    send: (target) => exchange(target, [postHead(['Content-Length: 20000000'])]),
    expect: { ...refused(413, 'BODY_TOO_LARGE'), headers: { connection: 'close' } },
  },
  {
    id: 'H8',
    title: 'a body of 20 MB whose client waits for "100 Continue"',
    send: (target) => exchange(target, [postHead(['Content-Length: 20000000', 'Expect: 100-continue'])]),
    expect: { ...refused(413, 'BODY_TOO_LARGE'), headers: { connection: 'close' } },
  },
  {
    id: 'H9',
    title: 'chunks without end',
    async send(target) {
      const connection = await target.raw();
      connection.write(postHead(['Transfer-Encoding: chunked']));
      const chunk = Buffer.concat([Buffer.from('100000\r\n'), megabyte, Buffer.from('\r\n')]);
      for (let sent = 0; sent < 4; sent += 1) connection.write(chunk);
      const [reply] = await connection.responses(1);
      connection.end();
      await connection.ended;
      connection.destroy();
      return reply ?? null;
    },
    expect: { ...refused(413, 'BODY_TOO_LARGE'), headers: { connection: 'close' } },
  },
  {
    id: 'H10',
    title: 'a body that stops on its way',
    send: (target) => exchange(target, [postHead(['Content-Length: 100']), '{']),
    expect: { ...refused(408, 'BODY_TIMEOUT'), headers: { connection: 'close' } },
  },
  {
    id: 'H10',
    title: 'a connection that ends before its body',
    async send(target) {
      const connection = await target.raw();
      connection.write(postHead(['Content-Length: 100']));
      connection.write('{');
      connection.end();
      const [reply] = await connection.responses(1);
      connection.destroy();
      return reply ?? null;
    },
    expect: refused(400, 'BAD_REQUEST'),
  },
];

const bomb = () => Buffer.alloc(50 * 1024 * 1024, ' ');
const encoded: BadCase[] = [
  ['H11', 'a gzip bomb of 50 MB', 'gzip', () => gzipSync(bomb()), 413, 'BODY_TOO_LARGE'],
  [
    'H11',
    'a brotli bomb of 50 MB',
    'br',
    () => brotliCompressSync(bomb(), { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } }),
    413,
    'BODY_TOO_LARGE',
  ],
  ['H11', 'a zstd bomb of 50 MB', 'zstd', () => zstdCompressSync(bomb()), 413, 'BODY_TOO_LARGE'],
  [
    'H11',
    'a body under the limit that was inflated a thousandfold',
    'gzip',
    () => gzipSync(Buffer.alloc(1_900_000, ' ')),
    413,
    'BODY_TOO_LARGE',
  ],
  [
    'H12',
    'gzip a hundred times',
    Array(100).fill('gzip').join(', '),
    () => query,
    415,
    'UNSUPPORTED_MEDIA_TYPE',
  ],
  ['H12', 'compress', 'compress', () => query, 415, 'UNSUPPORTED_MEDIA_TYPE'],
  ['H12', 'deflate', 'deflate', () => query, 415, 'UNSUPPORTED_MEDIA_TYPE'],
  ['H13', 'gzip that is none', 'gzip', () => query, 400, 'BAD_REQUEST'],
  ['H13', 'brotli that is none', 'br', () => query, 400, 'BAD_REQUEST'],
  ['H13', 'gzip that ends too early', 'gzip', () => gzipSync(query).subarray(0, -9), 400, 'BAD_REQUEST'],
  ['H13', 'gzip of an empty body', 'gzip', () => '', 400, 'BAD_REQUEST'],
].map(([id, title, encoding, body, status, code]) => ({
  id: String(id),
  title: `Content-Encoding: ${title}`,
  send: (target) => target.post((body as () => Buffer)(), { 'content-encoding': String(encoding) }),
  expect: refused(Number(status), code as 'BAD_REQUEST'),
}));

const headers: BadCase[] = [
  {
    id: 'H14',
    title: 'a header of 65 KB',
    send: (target) =>
      exchange(target, [postHead([`X-Large: ${'x'.repeat(65 * 1024)}`, 'Content-Length: 0'])]),
    expect: { ...refused(431, 'HEADERS_TOO_LARGE'), headers: { connection: 'close' } },
  },
  {
    id: 'H14',
    title: 'a header of 1 MB, which the client has not sent yet when it is refused',
    send: (target) => exchange(target, [postHead([`X-Large: ${'x'.repeat(1024 * 1024)}`])]),
    expect: { ...refused(431, 'HEADERS_TOO_LARGE'), headers: { connection: 'close' } },
  },
  {
    id: 'H14',
    title: '101 headers',
    send: (target) =>
      target.post(query, Object.fromEntries(Array.from({ length: 101 }, (_, index) => [`x-${index}`, '1']))),
    expect: refused(431, 'HEADERS_TOO_LARGE'),
  },
  {
    id: 'H14',
    title: 'trailers of 65 KB',
    send: (target) =>
      exchange(target, [
        postHead(['Transfer-Encoding: chunked']),
        `1\r\n{\r\n0\r\n${`X-Trailer: ${'x'.repeat(1000)}\r\n`.repeat(70)}\r\n`,
      ]),
    expect: refused(431, 'HEADERS_TOO_LARGE'),
  },
];

const smuggled = 'GET /graphql?query={smuggled} HTTP/1.1\r\nHost: gateway\r\n\r\n';
const ambiguous: BadCase[] = [
  [
    'Content-Length and Transfer-Encoding',
    postHead(['Content-Length: 6', 'Transfer-Encoding: chunked']),
    `0\r\n\r\n${smuggled}`,
  ],
  [
    'Transfer-Encoding and Content-Length',
    postHead(['Transfer-Encoding: chunked', 'Content-Length: 6']),
    `0\r\n\r\n${smuggled}`,
  ],
  ['two lengths', postHead(['Content-Length: 0', `Content-Length: ${smuggled.length}`]), smuggled],
  [
    'the same length twice',
    postHead([`Content-Length: ${query.length}`, `Content-Length: ${query.length}`]),
    query,
  ],
  ['a list of lengths', postHead([`Content-Length: ${query.length}, ${query.length}`]), query],
  ['a length with a sign', postHead([`Content-Length: +${query.length}`]), query],
  ['a length in hex', postHead(['Content-Length: 0x10']), smuggled],
  ['a negative length', postHead(['Content-Length: -1']), smuggled],
  ['a space before the colon', postHead(['Transfer-Encoding : chunked']), `0\r\n\r\n${smuggled}`],
  ['chunked, but not last', postHead(['Transfer-Encoding: chunked, identity']), `0\r\n\r\n${smuggled}`],
  [
    'chunked twice',
    postHead(['Transfer-Encoding: chunked', 'Transfer-Encoding: chunked']),
    `0\r\n\r\n${smuggled}`,
  ],
  ['a coding that is not known', postHead(['Transfer-Encoding: xchunked']), `0\r\n\r\n${smuggled}`],
  ['a folded header', postHead(['Transfer-Encoding:', ' chunked']), `0\r\n\r\n${smuggled}`],
  ['bare line feeds', postHead(['Content-Length: 0']).replaceAll('\r\n', '\n'), smuggled],
  ['a bare carriage return', postHead(['X-A: a\rTransfer-Encoding: chunked']), `0\r\n\r\n${smuggled}`],
  ['NUL in a header', postHead(['X-A: a\0b', 'Content-Length: 0']), smuggled],
  ['a chunk size that is none', postHead(['Transfer-Encoding: chunked']), `0x1\r\n{\r\n0\r\n\r\n${smuggled}`],
  ['a chunk that ends with a line feed', postHead(['Transfer-Encoding: chunked']), `1\n{\n0\n\n${smuggled}`],
  [
    'a chunk longer than its size',
    postHead(['Transfer-Encoding: chunked']),
    `1\r\n{}\r\n0\r\n\r\n${smuggled}`,
  ],
  [
    'a chunk extension of 20 KB',
    postHead(['Transfer-Encoding: chunked']),
    `1;${'x'.repeat(20_000)}\r\n{\r\n0\r\n\r\n`,
  ],
  ['an HTTP version that is none', 'GET /graphql HTTP/9.9\r\nHost: gateway\r\n\r\n', ''],
  ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', ''],
  ['a TLS hello', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', ''],
  ['a method that is none', 'G@T /graphql HTTP/1.1\r\nHost: gateway\r\n\r\n', ''],
  ['no Host', postHead(['Content-Length: 0']).replace('Host: gateway\r\n', ''), ''],
  ['two Hosts', postHead(['Host: evil.example', 'Content-Length: 0']), ''],
  ['two content types', postHead(['Content-Type: text/plain', `Content-Length: ${query.length}`]), query],
  ['two Authorizations', postHead(['Authorization: Bearer other', `Content-Length: ${query.length}`]), query],
].map(([title, head = '', rest = '']) => ({
  id: 'H15',
  title: `a request that two readers could read differently: ${title}`,
  send: (target) => exchange(target, [Buffer.from(head, 'latin1'), rest]),
  expect: { ...refused(400, 'BAD_REQUEST'), headers: { connection: 'close' } },
}));

const expectation: BadCase = {
  id: 'H15',
  title: 'an expectation that cannot be met',
  send: (target) => exchange(target, [postHead(['Expect: cake', `Content-Length: ${query.length}`]), query]),
  expect: { ...refused(417, 'BAD_REQUEST'), headers: { connection: 'close' } },
};

/** A request as HTTP, by itself. */
export const httpCases: readonly BadCase[] = [
  ...methods,
  ...getCases,
  ...contentTypes,
  ...accepts,
  ...oversized,
  ...encoded,
  ...headers,
  ...ambiguous,
  expectation,
];
