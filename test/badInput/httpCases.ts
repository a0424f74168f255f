import { brotliCompressSync, gzipSync, zstdCompressSync } from 'node:zlib';
import type { RawConnection } from '../support/rawConnection.ts';
import type { BadCase, Expected } from './badCase.ts';
import { canaries, type Reply, type Target } from './target.ts';

const query = JSON.stringify({ query: '{ person(id: 1) { name } }' });
const person = { person: { name: 'Person 1' } };
const refused = (status: number, code: NonNullable<Expected['code']>) => ({ status, code });

/** The head of a POST as it stands on the wire, with a secret in it. */
function postHead(fields: readonly string[]): string {
  const common = [
    'Host: gateway',
    'Content-Type: application/json',
    `Authorization: Bearer ${canaries.header}`,
  ];
  return ['POST /graphql HTTP/1.1', ...common, ...fields, '', ''].join('\r\n');
}

const soundPost = postHead([`Content-Length: ${query.length}`]) + query;

/** Writes the parts one after another; gives the one answer, once the server has ended the connection if it has to. */
async function exchange(target: Target, parts: readonly (string | Buffer)[], { ends = true } = {}) {
  const connection = await target.raw();
  for (const part of parts) connection.write(part);
  const replies = await connection.responses(1);
  connection.end();
  if (ends) await connection.ended;
  connection.destroy();
  if (replies.length > 1) throw new Error(`${replies.length} answers came to one request`);
  return replies[0] ?? null;
}

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
  ['H11', 'a brotli bomb of 50 MB', 'br', () => brotliCompressSync(bomb()), 413, 'BODY_TOO_LARGE'],
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

const crowd = 200;

/** Many connections that send a byte now and then, beside controls; gives one of the answers once all are ended. */
async function trickle(
  target: Target,
  { head, text }: { head: string; text: string },
): Promise<Reply | null> {
  const connections = await Promise.all(Array.from({ length: crowd }, () => target.raw()));
  for (const connection of connections) connection.write(head);
  let sent = 0;
  const trickling = setInterval(() => {
    for (const connection of connections) connection.write(text.charAt(sent) || 'x');
    sent += 1;
  }, 100);
  let done = false;
  const controlling = (async () => {
    while (!done) await target.control();
  })();
  const replies = await Promise.all(connections.map((connection) => connection.responses(1)));
  for (const connection of connections) connection.end();
  await Promise.all(connections.map(({ ended }) => ended));
  clearInterval(trickling);
  done = true;
  await controlling;
  for (const connection of connections) connection.destroy();
  const statuses = new Set(replies.map(([reply]) => reply?.status));
  if (statuses.size !== 1) throw new Error(`Different answers: ${[...statuses]}`);
  return replies[0]?.[0] ?? null;
}

const slow: BadCase[] = [
  {
    id: 'H16',
    title: `${crowd} connections that send their headers byte by byte`,
    send: (target) =>
      trickle(target, { head: '', text: 'POST /graphql HTTP/1.1\r\nHost: gateway\r\nX-Slow: ' }),
    expect: { ...refused(408, 'BODY_TIMEOUT'), headers: { connection: 'close' }, lines: crowd },
  },
  {
    id: 'H16',
    title: 'a connection that sends nothing at all is ended without a word, and is no request',
    async send(target) {
      const connection = await target.raw();
      await connection.ended;
      if (connection.text() !== '') throw new Error(connection.text());
      connection.destroy();
      return null;
    },
    expect: { status: null, lines: 0 },
  },
  {
    id: 'H17',
    title: `${crowd} connections that send their bodies byte by byte`,
    send: (target) => trickle(target, { head: postHead(['Content-Length: 100']), text: query }),
    expect: { ...refused(408, 'BODY_TIMEOUT'), headers: { connection: 'close' }, lines: crowd },
  },
];

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

const idle: BadCase = {
  id: 'H18',
  title: 'idle connections up to the limit: one more is refused, and none of them loses a request',
  gateway: 'few',
  async send(target) {
    await Promise.all([target.control(), target.control()]);
    const kept: RawConnection[] = [];
    for (let count = 0; count < 10; count += 1) {
      const connection = await target.raw();
      connection.write(soundPost);
      await connection.responses(1);
      kept.push(connection);
    }
    const silent = await Promise.all(Array.from({ length: 10 }, () => target.raw()));
    const refusedOne = await Promise.race([...silent.map(({ ended }) => ended.then(() => true)), pause(500)]);
    if (refusedOne !== true) throw new Error('None was refused');
    for (const connection of kept) connection.write(soundPost);
    const replies = await Promise.all(kept.map((connection) => connection.responses(2)));
    for (const connection of [...kept, ...silent]) connection.destroy();
    if (replies.some((pair) => pair[1]?.status !== 200)) throw new Error('A request was lost');
    return replies[0]?.[1] ?? null;
  },
  expect: { status: 200, data: person, lines: 20 },
};

const pipelined: BadCase[] = [
  {
    id: 'H19',
    title: '100 requests at once on one connection are answered in order',
    async send(target) {
      const connection = await target.raw();
      const ask = (id: number) => JSON.stringify({ query: `{ person(id: ${id}) { name } }` });
      const all = Array.from(
        { length: 100 },
        (_, id) => postHead([`Content-Length: ${ask(id).length}`]) + ask(id),
      );
      connection.write(all.join(''));
      const replies = await connection.responses(100);
      connection.destroy();
      replies.forEach(({ body }, id) => {
        if (body !== `{"data":{"person":{"name":"Person ${id}"}}}`)
          throw new Error(`${id} was answered ${body}`);
      });
      return replies[0] ?? null;
    },
    expect: { status: 200, data: { person: { name: 'Person 0' } }, lines: 100 },
  },
  {
    id: 'H19',
    title: 'a sound request before bytes that are none is answered first',
    async send(target) {
      const connection = await target.raw();
      connection.write(`${soundPost}XX`);
      const [first, second] = await connection.responses(2);
      await connection.ended;
      connection.destroy();
      if (second?.status !== 400) throw new Error(`The second answer is ${second?.status}`);
      return first ?? null;
    },
    expect: { status: 200, data: person, lines: 2 },
  },
  {
    id: 'H19',
    title: 'a refused body is read away, and the connection serves the next request',
    async send(target) {
      const connection = await target.raw();
      connection.write(postHead(['Content-Length: 30000']).replace('application/json', 'text/plain'));
      const [refusal] = await connection.responses(1);
      connection.write(`${'x'.repeat(30_000)}${soundPost}`);
      const [, next] = await connection.responses(2);
      connection.destroy();
      if (refusal?.status !== 415) throw new Error(`The refusal is ${refusal?.status}`);
      return next ?? null;
    },
    expect: { status: 200, data: person, lines: 2 },
  },
];

const addresses: BadCase[] = [
  {
    id: 'H21',
    title: 'X-Forwarded-For of a peer that is not trusted is not believed, and warned of',
    send: (target) => target.post(query, { 'x-forwarded-for': '10.1.1.1', forwarded: 'for=10.1.1.1' }),
    expect: {
      status: 200,
      data: person,
      logged: { address: '127.0.0.1' },
      check(_reply, target) {
        if (!target.logText().includes('a forwarded address was not believed')) throw new Error('No warning');
      },
    },
  },
  ...(
    [
      ['H21', 'the last address no proxy of ours wrote', '1.1.1.1, 203.0.113.7, 10.0.0.3', '203.0.113.7'],
      ['H21', 'an address that is none stops the walk', '203.0.113.7, evil, 10.0.0.3', '10.0.0.3'],
      ['H22', 'an IPv4 address inside IPv6', '::ffff:203.0.113.7', '203.0.113.7'],
      ['H22', 'an address with a port', '203.0.113.7:4711', '203.0.113.7'],
      ['H22', 'an IPv6 address in brackets', '[2001:db8::1]:443', '2001:db8::1'],
      ['H22', 'an IPv6 address with a zone', 'fe80::1%eth0', 'fe80::1'],
    ] as const
  ).map(
    ([id, title, forwarded, address]): BadCase => ({
      id,
      title: `behind a proxy: ${title}`,
      gateway: 'proxied',
      // The other header is passed on by the proxy as its client wrote it.
      send: (target) => target.post(query, { 'x-forwarded-for': forwarded, forwarded: 'for=192.0.2.1' }),
      expect: { status: 200, data: person, logged: { address } },
    }),
  ),
  {
    id: 'H21',
    title: 'behind a proxy: a request id that could forge a line is replaced',
    gateway: 'proxied',
    send: (target) => target.post(query, { 'x-request-id': 'a b"c' }),
    expect: { status: 200, data: person },
  },
];

const hopByHop: BadCase = {
  id: 'H23',
  title: 'headers that Connection names, and look-alikes, do not reach subgraphs',
  gateway: 'proxied',
  async send(target) {
    target.people.received.length = 0;
    return exchange(
      target,
      [
        postHead([
          'Connection: X-User-Id, authorization, keep-alive',
          'X-User-Id: 1',
          'x_user_id: 2',
          'X-Kept: 3',
          `Content-Length: ${query.length}`,
        ]),
        query,
      ],
      { ends: false },
    );
  },
  expect: {
    status: 200,
    data: person,
    check(_reply, { people }) {
      const seen = people.received.map(({ headers: { 'x-kept': kept, ...others } }) => ({ kept, others }));
      const ours = seen.filter(({ kept }) => kept === '3').map(({ others }) => Object.keys(others));
      if (ours.length !== 1) throw new Error(`${ours.length} calls`);
      const leaked = ours[0]?.filter((name) => /user.id|authorization|cookie/.test(name));
      if (leaked?.length !== 0) throw new Error(`Subgraphs got ${leaked}`);
    },
  },
};

const targets: BadCase[] = [
  'GET http://evil.example/graphql?query={__typename} HTTP/1.1',
  'GET //evil.example/graphql?query={__typename} HTTP/1.1',
  'GET /\\evil.example/graphql HTTP/1.1',
  'GET /graphql/../console HTTP/1.1',
  'GET /console/..%2f..%2fetc/passwd HTTP/1.1',
  'GET /graphql/ HTTP/1.1',
  'GET /graphql%00 HTTP/1.1',
  'OPTIONS * HTTP/1.1',
].map((line) => ({
  id: 'H24',
  title: line,
  send: (target) =>
    exchange(target, [`${line}\r\nHost: evil.example\r\nApollo-Require-Preflight: 1\r\n\r\n`], {
      ends: false,
    }),
  expect: { ...refused(404, 'NOT_FOUND'), check: expectNothingOfEvil },
}));

const otherHost: BadCase = {
  id: 'H24',
  title: 'another Host changes nothing',
  send: (target) =>
    exchange(target, [soundPost.replace('Host: gateway', 'Host: evil.example')], { ends: false }),
  expect: { status: 200, data: person, check: expectNothingOfEvil },
};

function expectNothingOfEvil(reply: Reply | null): void {
  if (/evil|location/.test(JSON.stringify(reply))) throw new Error(JSON.stringify(reply));
}

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
  ...slow,
  idle,
  ...pipelined,
  ...addresses,
  hopByHop,
  ...targets,
  otherHost,
];
