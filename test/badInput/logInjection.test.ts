import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createLog } from '../../src/observability/observability.ts';
import { eventually } from '../support/adminClient.ts';
import { openRawConnection } from '../support/rawConnection.ts';
import { startSubgraph, type TestSubgraph } from '../support/startSubgraph.ts';
import { startTestGateway, type TestGateway } from '../support/startTestGateway.ts';

const clearScreen = '\u001b[2J';
const separators = '\u2028\u2029\u0085';
const overrides = '\u202e\u2066\ufeff';
/** Control characters, separators, and marks of direction. */
const unprintable = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/u;

describe('names from outside in the log', () => {
  let words: TestSubgraph;
  let gateway: TestGateway;

  beforeAll(async () => {
    words = await startSubgraph('words', {
      sdl: 'type Query { word: String }',
      resolvers: { Query: { word: () => 'w' } },
    });
    gateway = await startTestGateway({
      subgraphs: [words],
      settings: { server: { trustedProxies: ['127.0.0.1'] } },
    });
    // The last line of the start.
    await eventually(() => (/is in force/.test(gateway.logText()) ? true : null));
  });
  afterAll(async () => {
    await gateway.stop();
    await words.stop();
  });

  /** Sends a request whose header values are any bytes; gives the lines it left, as text. */
  async function linesAfter(fields: readonly string[]): Promise<string[]> {
    const before = gateway.logText().length;
    const body = '{"query":"query Word { word }"}';
    const connection = await openRawConnection(gateway.endpoint);
    connection.write(
      Buffer.from(
        `${['POST /graphql HTTP/1.1', 'Host: gateway', 'Content-Type: application/json', `Content-Length: ${body.length}`, ...fields].join('\r\n')}\r\n\r\n${body}`,
      ),
    );
    await connection.responses(1);
    connection.destroy();
    const text = await eventually(() => {
      const added = gateway.logText().slice(before);
      return added.endsWith('\n') ? added : null;
    });
    return text.split('\n').slice(0, -1);
  }

  test.each([
    ['an escape sequence', clearScreen],
    ['line separators', `a${separators}b`],
    ['a mark that turns the line around', overrides],
    ['8 KB', 'x'.repeat(8192)],
    ['a line of JSON', '{"level":"info","msg":"request","status":200}'],
    ['quotes and backslashes', '"\\","status":200,"x":"'],
  ])('a client named with %s leaves one line without control characters', async (_title, name) => {
    const lines = await linesAfter([
      `apollographql-client-name: ${name.replace(clearScreen, '[2J')}`,
      `apollographql-client-version: ${name.replace(clearScreen, '[2J')}`,
    ]);
    expect(lines).toHaveLength(1);
    expect(lines[0]).not.toMatch(unprintable);
    expect(lines[0]?.length).toBeLessThan(2000);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ msg: 'request', status: 200, operation: 'Word' });
  });

  test('a client name with a raw control character is no HTTP', async () => {
    const lines = await linesAfter([`apollographql-client-name: ${clearScreen}`]);
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ status: 400 });
    expect(lines[0]).not.toMatch(unprintable);
  });

  test("a subgraph's codes and messages leave one line without control characters", async () => {
    words.intercept((response) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end(
        JSON.stringify({
          data: { word: null },
          errors: [`A\r\n{"msg":"forged"}`, clearScreen, separators, overrides, 'x'.repeat(10_000)].map(
            (code) => ({
              message: code,
              extensions: { code },
            }),
          ),
        }),
      ),
    );
    const lines = await linesAfter([]);
    words.intercept(null);
    expect(lines).toHaveLength(1);
    expect(lines[0]).not.toMatch(unprintable);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ status: 200, codes: { length: 5 } });
  });

  test('an address and a request id that a proxy passed on are believed only when they are such', async () => {
    const [line = ''] = await linesAfter(['X-Forwarded-For: 1.1.1.1"\t, x', 'X-Request-Id: a\tb"']);
    expect(JSON.parse(line)).toMatchObject({
      address: '', // Whom the proxy names is nobody, and not the proxy.
      requestId: expect.stringMatching(/^[\w-]{36}$/),
    });
  });
});

describe('a log for people', () => {
  /** What one line becomes in `format: text`. */
  async function written(fields: object, message = 'request'): Promise<string> {
    const sink = new PassThrough();
    const log = createLog({ level: 'info', format: 'text', access: true }, { destination: sink });
    log.info(fields, message);
    const [line] = (await once(sink, 'data')) as [Buffer];
    return line.toString();
  }

  test.each([
    ['escape sequences', clearScreen],
    ['line breaks', 'a\r\nb\nc\u000bd'],
    ['separators', separators],
    ['marks of direction', overrides],
    ['a lone surrogate', '\ud800'],
  ])('escapes %s in names, values, lists and messages', async (_title, text) => {
    const line = await written(
      { client: text, codes: [text], steps: { [text]: text }, err: new Error(text) },
      text,
    );
    expect(line.endsWith('\n')).toBe(true);
    expect(line.slice(0, -1)).not.toMatch(unprintable);
  });

  test('quotes what could be read as another field', async () => {
    expect(await written({ client: 'web status=500', operation: 'Word' })).toContain(
      'client="web status=500" operation=Word',
    );
  });
});
