import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { serverOptions } from '../../src/server/server.ts';
import { eventually } from '../support/adminClient.ts';
import { openRawConnection } from '../support/rawConnection.ts';
import { type Received, startSubgraph, type TestSubgraph } from '../support/startSubgraph.ts';
import { startTestGateway, type TestGateway } from '../support/startTestGateway.ts';

/** The name the gateway wants the first field's value under, which need not be the client's. */
function askedName({ body }: Received): string {
  return /\{\s*(\w+)/.exec(body.query)?.[1] ?? 'word';
}

/** How the front door keeps its connections in order, whatever was asked on them before. */
describe('the front door', () => {
  let words: TestSubgraph;
  let gateway: TestGateway;

  beforeAll(async () => {
    words = await startSubgraph('words', {
      sdl: 'type Query { word(of: ID): String }',
      resolvers: { Query: { word: (_: unknown, { of }: { of?: string }) => of ?? 'x'.repeat(3000) } },
    });
    gateway = await startTestGateway({
      subgraphs: [words],
      settings: {
        server: {
          headers: { timeout: '1s' },
          response: { idleTimeout: '1s' },
          cors: { origins: ['https://app.example'] },
        },
      },
    });
  });
  afterAll(async () => {
    await gateway.stop();
    await words.stop();
  });

  const post = (query: string, fields: readonly string[] = [], version = 'HTTP/1.1') => {
    const body = JSON.stringify({ query });
    const head = [
      'Host: gateway',
      'Content-Type: application/json',
      `Content-Length: ${body.length}`,
      ...fields,
    ];
    return `POST /graphql ${version}\r\n${head.join('\r\n')}\r\n\r\n${body}`;
  };
  const sound = post('{ word(of: 1) }');
  const soundBody = '{"data":{"word":"1"}}';
  const linesOf = (requestId: string | undefined) =>
    gateway.logged().filter((line) => line.msg === 'request' && line.requestId === requestId);

  test('serves on after each refusal that leaves no doubt where the next request begins', async () => {
    const connection = await openRawConnection(gateway.endpoint);
    const refused = [
      post('{ nope }'),
      post('{'),
      post('{ word(of: 1) }', ['Accept: image/png']),
      sound.replace('application/json', 'text/plain'),
      sound.replace('POST /graphql', 'POST /elsewhere'),
      sound.replace('POST', 'PUT'),
      sound.replace('{"query"', '["query"'),
      post('{ word(of: 1) }', ['Content-Encoding: gzip']),
      'GET /graphql HTTP/1.1\r\nHost: gateway\r\n\r\n',
      'GET /graphql HTTP/1.1\r\nHost: gateway\r\nContent-Length: 5\r\n\r\nhello',
      'POST /graphql HTTP/1.1\r\nHost: gateway\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n',
    ];
    for (const request of refused) connection.write(request + sound);
    const replies = await connection.responses(refused.length * 2);
    connection.destroy();
    expect(replies.map(({ status }) => status)).toEqual(
      [200, 200, 406, 415, 404, 405, 400, 400, 400, 400, 400].flatMap((status) => [status, 200]),
    );
    const served = replies.filter((_, index) => index % 2 === 1);
    expect(new Set(served.map(({ body }) => body))).toEqual(new Set([soundBody]));
  });

  test('answers a HEAD with the headers alone, and serves on', async () => {
    const connection = await openRawConnection(gateway.endpoint);
    connection.write('HEAD /health/live HTTP/1.1\r\nHost: gateway\r\n\r\n');
    await eventually(() => (connection.text().includes('\r\n\r\n') ? true : null));
    connection.write(sound);
    await eventually(() => (connection.text().includes(soundBody) ? true : null));
    connection.destroy();
    expect(connection.text()).toMatch(
      /^HTTP\/1\.1 200 OK\r\n.*content-length: 5\r\n.*?\r\n\r\nHTTP\/1\.1 200 OK\r\n/s,
    );
  });

  test('counts no bytes for the refusal of a HEAD', async () => {
    const response = await fetch(gateway.endpoint, { method: 'HEAD' });
    expect([response.status, await response.text()]).toEqual([405, '']);
    const requestId = response.headers.get('x-request-id') ?? '';
    await eventually(() => (linesOf(requestId).length > 0 ? true : null));
    expect(linesOf(requestId)).toEqual([expect.objectContaining({ status: 405, bytes: 0 })]);
  });

  test('says "100 Continue" to a body it will read', async () => {
    const connection = await openRawConnection(gateway.endpoint);
    const [head = '', body = ''] = post('{ word(of: 1) }', ['Expect: 100-continue']).split('\r\n\r\n');
    connection.write(`${head}\r\n\r\n`);
    const [interim] = await connection.responses(1);
    connection.write(body);
    const [, reply] = await connection.responses(2);
    connection.destroy();
    expect([interim?.status, reply?.status, reply?.body]).toEqual([100, 200, soundBody]);
  });

  test.each([
    ['POST', 'text/plain', 415],
    ['PUT', 'application/json', 405],
  ])(
    'says nothing but its refusal to a %s of %s that waits to be asked for its body',
    async (method, type, status) => {
      const connection = await openRawConnection(gateway.endpoint);
      const [head = ''] = post('{ word(of: 1) }', ['Expect: 100-continue']).split('\r\n\r\n');
      connection.write(`${head.replace('POST', method).replace('application/json', type)}\r\n\r\n`);
      const replies = await connection.responses(1);
      connection.end();
      await connection.ended;
      expect(replies.map((reply) => [reply.status, reply.headers.connection])).toEqual([[status, 'close']]);
    },
  );

  test('answers a client of HTTP/1.0 and ends its connection', async () => {
    const connection = await openRawConnection(gateway.endpoint);
    connection.write(post('{ word(of: 1) }', [], 'HTTP/1.0').replace('Host: gateway\r\n', ''));
    const [reply] = await connection.responses(1);
    await connection.ended;
    connection.destroy();
    expect([reply?.body, reply?.headers.connection]).toEqual([soundBody, 'close']);
  });

  test('reads header names in any case', async () => {
    const connection = await openRawConnection(gateway.endpoint);
    connection.write(
      sound.replace('Content-Type', 'cOnTeNt-TyPe').replace('Content-Length', 'CONTENT-LENGTH'),
    );
    const [reply] = await connection.responses(1);
    connection.destroy();
    expect(reply?.body).toBe(soundBody);
  });

  test('ends the connection of a fault although its client does not', async () => {
    const connection = await openRawConnection(gateway.endpoint);
    connection.write('GET / HTTP/1.1\r\nbroken\r\n\r\n');
    const [reply] = await connection.responses(1);
    expect(reply?.status).toBe(400);
    const closedMs = await timeToReset(connection);
    expect(closedMs).toBeLessThan(10_000); // A second; on a slow machine more.
  });

  test('cuts the connection of a client that takes nothing of its answer', async () => {
    words.intercept((response, received) =>
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(`{"data":{"${askedName(received)}":"${'x'.repeat(12e6)}"}}`),
    );
    const connection = await openRawConnection(gateway.endpoint);
    connection.pause();
    const before = gateway.logged().length;
    connection.write(sound.repeat(3));
    const lines = await eventually(() => {
      const found = gateway.logged().slice(before);
      return found.length === 3 ? found : null;
    });
    words.intercept(null);
    connection.destroy();
    expect(lines.map(({ status, clientGone }) => [status, clientGone])).toContainEqual([499, true]);
  });

  test('lets a slow answer take longer than a client may stand still', async () => {
    words.intercept((response, received) => {
      const body = `{"data":{"${askedName(received)}":"1"}}`;
      setTimeout(() => response.writeHead(200, { 'content-type': 'application/json' }).end(body), 1700);
    });
    const { body } = await gateway.query('{ word(of: 1) }');
    words.intercept(null);
    expect(body).toEqual({ data: { word: '1' } });
  });

  test.each([
    ['gzip', 'gzip'],
    ['gzip;q=0', null],
    ['gzip;q=0.000, br', 'br'],
    ['*', 'zstd'],
    ['*;q=0', null],
    ['identity;q=0, *;q=0', null],
    ['GZIP', 'gzip'],
    ['gzip;q=0, *', 'zstd'],
    ['x'.repeat(10_000), null],
  ])('compresses for Accept-Encoding %#', async (accepted, encoding) => {
    const connection = await openRawConnection(gateway.endpoint);
    connection.write(post('{ word }', [`Accept-Encoding: ${accepted}`]));
    const [reply] = await connection.responses(1);
    connection.destroy();
    expect([reply?.status, reply?.headers['content-encoding'] ?? null]).toEqual([200, encoding]);
    expect(reply?.headers.vary).toBe('accept, origin, accept-encoding');
  });

  test('says of every answer what it depends on', async () => {
    const vary = async (origin?: string) =>
      (await gateway.query('{ word(of: 1) }', { headers: origin ? { origin } : {} })).headers.get('vary');
    expect(await vary()).toBe('accept, origin');
    expect(await vary('https://app.example')).toBe('accept, origin');
    expect(await vary('https://evil.example')).toBe('accept, origin');
  });

  test('does not start with cookies let in from any page', () => {
    const cors = { origins: ['*'], credentials: true };
    expect(serverOptions.safeParse({ cors }).error?.issues).toEqual([
      expect.objectContaining({ path: ['cors', 'credentials'] }),
    ]);
    expect(serverOptions.safeParse({ cors: { ...cors, credentials: false } }).success).toBe(true);
  });
});

/** How long a connection, which the server has ended, can still be written to. */
async function timeToReset(connection: { write(text: string): void; isClosed(): boolean }): Promise<number> {
  const startMs = performance.now();
  await eventually(() => {
    connection.write('x');
    return connection.isClosed() ? true : null;
  });
  return performance.now() - startMs;
}
