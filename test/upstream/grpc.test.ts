import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import { status } from '@grpc/grpc-js';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { eventually } from '../support/adminClient.ts';
import { selfSigned } from '../support/selfSigned.ts';
import { type GrpcService, startGrpcService } from '../support/startGrpcService.ts';
import { startTestGateway, type TestGateway } from '../support/startTestGateway.ts';
import { fields, mapping, methods, proto, refused } from './grpcStock.ts';

/** Who knows of an item's id only. */
const wishes = {
  name: 'wishes',
  sdl: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
    @speaksRest
    directive @speaksRest(errorMessage: String, errorCode: String) on SCHEMA
    directive @rest(get: String, result: String) on FIELD_DEFINITION | OBJECT
    type Query { wishes: [Item!] @rest(get: "/wishes") }
    type Item @key(fields: "id") { id: ID! }`,
};

describe('a gRPC service as a subgraph', () => {
  let service: GrpcService;
  let gateway: TestGateway;
  let wished: readonly string[] = [];
  /** Answers that are held back. */
  const held: (() => void)[] = [];
  const wishServer = createServer((_request, response) => {
    const body = JSON.stringify(wished.map((id) => ({ id })));
    response.writeHead(200, { 'content-type': 'application/json' }).end(body);
  });

  beforeAll(async () => {
    const GetItem = async (request: { id: string }) => {
      if (request.id === 'held') await new Promise<void>((release) => held.push(release));
      return methods.GetItem?.(request as never, undefined as never);
    };
    const served = { ...methods, GetItem };
    service = await startGrpcService('stock', { proto, mapping, service: 'shop.v1.Stock', methods: served });
    await new Promise<void>((listening) => wishServer.listen(0, '127.0.0.1', listening));
    const url = `http://127.0.0.1:${(wishServer.address() as AddressInfo).port}`;
    gateway = await startTestGateway({
      subgraphs: [service, { ...wishes, url }],
      settings: {
        upstream: {
          maxResponse: '1MB',
          timeout: '3s',
          breaker: { mode: 'off' },
          headers: [{ propagate: 'x-tenant' }],
        },
      },
    });
  });
  beforeEach(() => {
    service.received.length = 0;
  });
  afterAll(async () => {
    await gateway.stop();
    await service.stop();
    wishServer.closeAllConnections();
    wishServer.close();
  });

  const ask = async (query: string, variables: object = {}, headers: Record<string, string> = {}) =>
    (await gateway.query(query, { variables, headers })).body;

  // What is selected twice is not read straight into the result, but made into it afterwards.
  const ways = [
    ['straight', ''],
    ['by way of the names of the service', ' again: id'],
  ] as const;
  test.each(ways)('takes and gives back every kind of value without loss, read %s', async (_way, more) => {
    const item = {
      id: 'a',
      fullName: 'Ÿ café',
      kind: 'TOOL',
      sold: '9007199254740993',
      serial: '18446744073709551615',
      balance: '-9223372036854775808',
      rank: 0,
      count: -7,
      kinds: ['TOY', 'TOOL'],
      sizes: [
        { key: 'a', value: 1 },
        { key: '__proto__', value: -2 },
      ],
      pattern: 0,
      madeAt: '2026-01-31T12:00:00.000000123Z',
      lasts: '-1.500s',
      note: '',
      more: { list: [1, 'two', null, true], deep: { a: 0.5 } },
      picture: 'AAEC/w==',
      weights: [0.1, -1e300],
      code: 4_294_967_295,
      fragile: true,
      price: 0.1,
    };
    const names = Object.keys(item).map((name) => `$${name}: ${typeOf(name)}`);
    const given = Object.keys(item).map((name) => `${name}: $${name}`);
    const { data, errors } = await ask(
      `mutation (${names.join(' ')}) { echoItem(${given.join(' ')}) { ${fields}${more} } }`,
      item,
    );
    expect(errors).toBeUndefined();
    expect(data).toEqual({ echoItem: { ...item, colour: null, ...(more && { again: 'a' }) } });
  });

  test.each(ways)('tells what was not sent from what is zero, read %s', async (_way, more) => {
    const { data } = await ask(`{ getItem(id: "x") { ${fields} inner { id }${more} } }`);
    expect(data).toEqual({
      getItem: {
        ...(more && { again: 'x' }),
        id: 'x',
        fullName: '',
        kind: null,
        sold: '0',
        serial: '0',
        balance: '0',
        rank: null,
        count: 0,
        kinds: [],
        sizes: [],
        colour: null,
        pattern: null,
        madeAt: null,
        lasts: null,
        note: null,
        more: null,
        picture: '',
        weights: [],
        code: 0,
        fragile: false,
        price: 0,
        inner: null,
      },
    });
  });

  test('is read by any selection: a field twice, under other names, objects in each other, and what no message has', async () => {
    const query = `{ listItems: getItem(id: "7") { __typename } getItem(id: "7") {
      name: fullName again: fullName __typename kinds inner { __typename id inner { serial } } sizes { key } } }`;
    const { data } = await ask(query);
    expect(data).toEqual({
      listItems: { __typename: 'Item' },
      getItem: {
        name: 'Item 7',
        again: 'Item 7',
        __typename: 'Item',
        kinds: ['TOY', 'TOOL'],
        inner: { __typename: 'Item', id: 'inner of 7', inner: null },
        sizes: [{ key: 'a' }],
      },
    });
  });

  test('gives callers who share a call answers of their own', async () => {
    const queries = ['', '__typename '].map(
      (more) => `{ ${more}getItem(id: "held") { kinds inner { id kinds } } }`,
    );
    const [one = '', two = ''] = queries;
    const first = ask(one);
    await eventually(() => held[0] ?? null);
    const second = ask(two);
    await eventually(async () => {
      const metrics = await (await fetch(new URL('/metrics', gateway.adminUrl))).text();
      return metrics.includes('\nhttp_server_active_requests 2\n') ? true : null;
    });
    // Long enough for a call to reach the service, if it were to.
    await new Promise((resolve) => setTimeout(resolve, 60));
    for (const release of held.splice(0)) release();
    const getItem = { kinds: ['TOY', 'TOOL'], inner: { id: 'inner of 7', kinds: [] } };
    expect((await first).data).toEqual({ getItem });
    expect((await second).data).toEqual({ __typename: 'Query', getItem });
    expect(service.received).toHaveLength(1);
  });

  test.each([
    ['sold: "9223372036854775808"', 'sold: expected a whole number from -9223372036854775808 to'],
    ['sold: "1.5"', 'sold: expected a whole number from'],
    ['serial: "-1"', 'serial: expected a whole number from 0 to 18446744073709551615'],
    ['madeAt: "yesterday"', 'made_at: expected a time such as 2026-01-31T12:00:00Z, found "yesterday"'],
    ['colour: "red", pattern: 1', 'pattern: colour is given already, and only one of them may be'],
    [
      'inner: { lasts: "3 days" }',
      'inner.lasts: expected a duration in seconds such as 1.5s, found "3 days"',
    ],
  ])('refuses %s before anything is sent', async (given, message) => {
    const { errors } = await ask(`mutation { echoItem(id: "a", ${given}) { id } }`);
    expect(errors).toMatchObject([
      {
        message: expect.stringContaining(message),
        path: ['echoItem'],
        extensions: { code: 'BAD_USER_INPUT' },
      },
    ]);
    expect(service.received).toEqual([]);
  });

  test('refuses a 64-bit number that came as a JSON number beyond 2^53', async () => {
    const { errors } = await ask('mutation ($sold: Int64) { echoItem(id: "a", sold: $sold) { id } }', {
      sold: 2 ** 53 + 2,
    });
    expect(errors?.[0]?.message).toMatch(/^sold: 9007199254740994 is beyond 2\^53 .* send it as a string\.$/);
  });

  test('gives a server stream as a list', async () => {
    expect(await ask('{ listParts(id: "a") { number name } }')).toEqual({
      data: { listParts: [1, 2, 3].map((number) => ({ number, name: `a ${number}` })) },
    });
  });

  test('asks for entities of another subgraph in one call, whatever their order, once each', async () => {
    wished = ['1', '2', 'none', '1', '3'];
    const { data } = await ask('{ wishes { id fullName } }');
    const named = (id: string) => ({ id, fullName: `Item ${id}` });
    expect(data).toEqual({
      wishes: [named('1'), named('2'), { id: 'none', fullName: null }, named('1'), named('3')],
    });
    expect(service.received.map(({ method, request }) => [method, request])).toEqual([
      ['BatchGetItems', { ids: ['1', '2', 'none', '3'] }],
    ]);
  });

  test('answers fields of entities that are asked one by one, each once', async () => {
    wished = ['1', '2', '1'];
    const { data } = await ask('{ wishes { parts { name } again: parts { number } } }');
    expect(data).toMatchObject({
      wishes: [{ parts: [{ name: '1 1' }, {}, {}] }, {}, { again: [{ number: 1 }, {}, {}] }],
    });
    expect(service.received.filter(({ method }) => method === 'ListParts')).toHaveLength(4);
  });

  test('sends headers by rule as metadata, the request id, and for how long it waits', async () => {
    await ask('{ getItem(id: "1") { id } }', {}, { 'x-tenant': 'acme', 'x-other': 'no' });
    const [call] = service.received;
    expect(call?.metadata.get('x-tenant')).toEqual(['acme']);
    expect(call?.metadata.get('x-other')).toEqual([]);
    expect(call?.metadata.get('x-request-id')).toEqual([expect.stringMatching(/./)]);
    expect(call?.timeoutMs).toBeLessThanOrEqual(3000);
    expect(call?.timeoutMs).toBeGreaterThan(0);
  });

  test.each([
    [status.NOT_FOUND, null],
    [status.INVALID_ARGUMENT, { message: 'such as it is', extensions: { code: 'BAD_USER_INPUT' } }],
    [status.OUT_OF_RANGE, { message: 'such as it is', extensions: { code: 'BAD_USER_INPUT' } }],
    [status.FAILED_PRECONDITION, { message: 'such as it is', extensions: { code: 'BAD_USER_INPUT' } }],
    [status.ALREADY_EXISTS, { message: 'such as it is', extensions: { code: 'CONFLICT' } }],
    [status.ABORTED, { message: 'such as it is', extensions: { code: 'CONFLICT' } }],
    [status.PERMISSION_DENIED, { message: 'such as it is', extensions: { code: 'FORBIDDEN' } }],
    [status.UNAUTHENTICATED, { message: 'such as it is', extensions: { code: 'UNAUTHENTICATED' } }],
    [
      status.UNAVAILABLE,
      { message: 'Subgraph "stock" is not available.', extensions: { code: 'SUBGRAPH_UNREACHABLE' } },
    ],
    [
      status.RESOURCE_EXHAUSTED,
      { message: 'Subgraph "stock" is not available.', extensions: { code: 'SUBGRAPH_UNREACHABLE' } },
    ],
    [
      status.DEADLINE_EXCEEDED,
      { message: 'Subgraph "stock" did not answer in time.', extensions: { code: 'SUBGRAPH_TIMEOUT' } },
    ],
    [
      status.UNIMPLEMENTED,
      { message: 'Subgraph "stock" does not have this method.', extensions: { code: 'SUBGRAPH_ERROR' } },
    ],
    [status.INTERNAL, { message: 'Subgraph "stock" failed.', extensions: { code: 'SUBGRAPH_ERROR' } }],
    [status.UNKNOWN, { message: 'Subgraph "stock" failed.', extensions: { code: 'SUBGRAPH_ERROR' } }],
    [status.DATA_LOSS, { message: 'Subgraph "stock" failed.', extensions: { code: 'SUBGRAPH_ERROR' } }],
  ])(
    'has its own error for status %i, and nothing of the service in it that is not for clients',
    async (code, error) => {
      const { data, errors } = await ask('query ($id: String) { getItem(id: $id) { id } }', {
        id: `status ${code}`,
      });
      expect(data).toEqual({ getItem: null });
      expect(errors?.[0] ?? null).toEqual(
        error && {
          ...error,
          // What is no fault of a field has no place.
          ...(/SUBGRAPH_(?!ERROR)/.test(error.extensions.code) || error.message.endsWith('failed.')
            ? {}
            : { path: ['getItem'] }),
          extensions: { ...error.extensions, subgraph: 'stock' },
        },
      );
    },
  );

  test('cuts off a stream that does not end, and goes on answering', async () => {
    const { errors } = await ask('{ listParts(id: "endless") { number } }');
    expect(errors).toMatchObject([
      {
        message: 'The answer of subgraph "stock" is larger than 1048576 bytes, the most that is read.',
        extensions: { code: 'SUBGRAPH_RESPONSE_TOO_LARGE' },
      },
    ]);
    expect(await ask('{ getItem(id: "1") { fullName } }')).toEqual({
      data: { getItem: { fullName: 'Item 1' } },
    });
  });

  test('takes nothing of a stream that breaks off', async () => {
    const { data, errors } = await ask('{ listParts(id: "broken") { number } }');
    expect(data).toEqual({ listParts: null });
    expect(errors).toMatchObject([{ message: 'Subgraph "stock" failed.' }]);
  });

  test('answers true for an empty message', async () => {
    expect(await ask('mutation { deleteItem(id: "1") }')).toEqual({ data: { deleteItem: true } });
  });
});

describe('an instance of a gRPC service that is not as it should be', () => {
  test.each([
    ['is not there', () => 0, 'could not be reached', 'SUBGRAPH_UNREACHABLE'],
    [
      'closes each connection',
      (socket: Socket) => socket.destroy(),
      'could not be reached',
      'SUBGRAPH_UNREACHABLE',
    ],
    [
      'speaks HTTP/1.1',
      (socket: Socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'),
      /could not be reached|something that is not gRPC/,
      /SUBGRAPH_UNREACHABLE|SUBGRAPH_MALFORMED_RESPONSE/,
    ],
    [
      'says nothing',
      () => undefined,
      /did not answer in time|could not be reached/,
      /SUBGRAPH_TIMEOUT|SUBGRAPH_UNREACHABLE/,
    ],
  ] as const)('%s', async (what, behave, message, code) => {
    const service = await startGrpcService('stock', { proto, service: 'shop.v1.Stock', methods });
    await service.stop();
    const sockets = new Set<Socket>();
    const server = createTcpServer((socket) => {
      sockets.add(socket.on('error', () => undefined));
      socket.on('data', () => undefined);
      behave(socket);
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const { port } = server.address() as AddressInfo;
    if (what === 'is not there') await new Promise((closed) => server.close(closed));
    const gateway = await startTestGateway({
      subgraphs: [{ ...service, url: `http://127.0.0.1:${port}` }],
      settings: { upstream: { timeout: '600ms', connectTimeout: '400ms' } },
    });
    try {
      const { body } = await gateway.query('{ getItem(id: "1") { id } }');
      expect(body.errors).toMatchObject([
        { message: expect.stringMatching(message), extensions: { code: expect.stringMatching(code) } },
      ]);
      expect(JSON.stringify(body)).not.toContain(String(port));
    } finally {
      await gateway.stop();
      for (const socket of sockets) socket.destroy();
      server.close();
    }
  });

  test('is asked over TLS, and believed only with a certificate of its name', async () => {
    const { certificate, key } = selfSigned('localhost');
    const tls = { cert: certificate, key };
    const service = await startGrpcService('stock', { proto, service: 'shop.v1.Stock', methods, tls });
    const withCa = { upstream: { subgraphs: { stock: { tls: { ca: certificate } } } } };
    const trusting = await startTestGateway({ subgraphs: [service], settings: withCa });
    const doubting = await startTestGateway({ subgraphs: [service] });
    try {
      const query = '{ getItem(id: "1") { fullName } }';
      expect((await trusting.query(query)).body).toEqual({ data: { getItem: { fullName: 'Item 1' } } });
      expect((await doubting.query(query)).body.errors).toMatchObject([
        { message: 'Subgraph "stock" could not be reached.', extensions: { code: 'SUBGRAPH_UNREACHABLE' } },
      ]);
    } finally {
      await trusting.stop();
      await doubting.stop();
      await service.stop();
    }
  });

  test('is asked how it is in its own protocol, and a breaker finds out so that it is well again', async () => {
    let isWell = true;
    const service = await startGrpcService('stock', {
      proto,
      service: 'shop.v1.Stock',
      methods: {
        ...methods,
        GetItem: ({ id }: { id: string }) => {
          if (!isWell) throw refused(status.INTERNAL, 'no');
          return { id };
        },
      },
    });
    const gateway = await startTestGateway({
      subgraphs: [service],
      settings: {
        upstream: {
          health: { check: 'query', interval: '1s', timeout: '500ms', unhealthyAfter: 1 },
          breaker: { minCalls: 3, open: '1s' },
        },
      },
    });
    try {
      const code = async (query: string) => (await gateway.query(query)).body.errors?.[0]?.extensions.code;
      isWell = false;
      for (let call = 0; call < 6; call += 1) await code(`{ getItem(id: "${call}") { id } }`);
      expect(await code('{ getItem(id: "7") { id } }')).toBe('CIRCUIT_OPEN');
      isWell = true;
      // Mutations are not risked: a call of the gateway's own finds out for them.
      const isMutated = async () => (await code('mutation { deleteItem(id: "1") }')) === undefined;
      await eventually(async () => ((await isMutated()) ? true : null), 15_000);
      expect(gateway.logText()).not.toContain('does not answer well');
      await service.stop();
      await eventually(() => (gateway.logText().includes('does not answer well') ? true : null), 15_000);
    } finally {
      await gateway.stop();
      await service.stop();
    }
  });

  test('is balanced, ejected and retried like any other', async () => {
    const one = await startGrpcService('stock', { proto, service: 'shop.v1.Stock', methods });
    const two = await startGrpcService('stock', { proto, service: 'shop.v1.Stock', methods });
    const gateway = await startTestGateway({ subgraphs: [{ ...one, instances: [one.url, two.url] }] });
    try {
      await one.stop();
      for (let number = 1; number <= 20; number += 1) {
        const { body } = await gateway.query(`{ getItem(id: "${number}") { id } }`);
        expect(body).toEqual({ data: { getItem: { id: String(number) } } });
      }
      expect(two.received).toHaveLength(20);
    } finally {
      await gateway.stop();
      await two.stop();
    }
  });
});

function typeOf(name: string): string {
  const types: Record<string, string> = {
    kind: 'Kind',
    sold: 'Int64',
    serial: 'UInt64',
    balance: 'Int64',
    rank: 'Int',
    count: 'Int',
    kinds: '[Kind!]',
    sizes: '[ItemSizesEntryInput!]',
    pattern: 'Int',
    madeAt: 'Timestamp',
    lasts: 'Duration',
    more: 'JSON',
    picture: 'Bytes',
    weights: '[Float!]',
    code: 'Float',
    fragile: 'Boolean',
    price: 'Float',
  };
  return types[name] ?? 'String';
}
