import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { fetchSdl } from '../../src/admin/admin.ts';
import { startSubgraph } from '../support/startSubgraph.ts';
import { startAdmin, type TestAdmin } from './adminFixture.ts';

const forever = { signal: new AbortController().signal };
const servers: Server[] = [];

async function answering(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
}
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

describe('asking a subgraph for its SDL', () => {
  let admin: TestAdmin;
  beforeAll(async () => {
    admin = await startAdmin();
  });
  afterAll(() => admin.close());

  test('a publish without a schema takes it from the subgraph, and notes that', async () => {
    const cities = await startSubgraph('cities', { sdl: 'type Query { city: String }' });
    try {
      const publish =
        'mutation ($url: String) { publish(subgraphs: [{ name: "cities", url: $url }]) { version } }';
      expect((await admin.ask(publish, { url: cities.url })).json.data).toEqual({ publish: { version: 1 } });
      const { json } = await admin.ask('{ subgraphs { source sdl } }');
      expect(json.data?.subgraphs).toEqual([
        { source: `subgraph:${cities.url}`, sdl: expect.stringContaining('city: String') },
      ]);
      // The second time its URL is known.
      expect((await admin.ask(publish, {})).json.data).toEqual({ publish: { version: 1 } });
    } finally {
      await cities.stop();
    }
  });

  test('a subgraph that is not there is a 502 with a sentence', async () => {
    const { status, json } = await admin.ask(
      'mutation { publish(subgraphs: [{ name: "nobody", url: "http://127.0.0.1:1/graphql" }]) { version } }',
    );
    expect(status).toBe(502);
    expect(json.errors?.[0]).toMatchObject({
      message:
        'The subgraph at http://127.0.0.1:1/graphql could not be asked: connect ECONNREFUSED 127.0.0.1:1.',
      extensions: { code: 'SUBGRAPH_UNREACHABLE' },
    });
  });

  test.each([
    ['a redirect', 302, '', 'SUBGRAPH_UNREACHABLE', 'answered 302, and redirects are not followed'],
    ['a server error', 503, 'busy', 'SUBGRAPH_UNREACHABLE', 'answered 503'],
    ['no JSON', 200, '<html>', 'BAD_USER_INPUT', 'not a GraphQL result'],
    [
      'no _service',
      400,
      '{"errors":[{"message":"no field _service"}]}',
      'BAD_USER_INPUT',
      'the error "no field _service"',
    ],
    ['an empty SDL', 200, '{"data":{"_service":{"sdl":""}}}', 'BAD_USER_INPUT', 'no SDL'],
    ['more than 5 MB', 200, `{"data":"${'a'.repeat(5 * 1024 ** 2)}"}`, 'SUBGRAPH_UNREACHABLE', 'over 5 MB'],
  ])('%s is refused', async (_what, status, body, code, message) => {
    const url = await answering((request, response) => {
      request.resume();
      response.writeHead(status, { location: 'http://169.254.169.254/' }).end(body);
    });
    await expect(fetchSdl(url, forever)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
    });
  });

  test.each([
    'http://169.254.169.254/latest',
    'file:///etc/passwd',
    'http://[::ffff:169.254.169.254]/',
    'not a url',
  ])('the URL %s is not called', async (url) => {
    await expect(fetchSdl(url, forever)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  test('a caller who goes away ends the call', async () => {
    const caller = new AbortController();
    const { promise: gone, resolve } = Promise.withResolvers<void>();
    const url = await answering((_request, response) => {
      response.on('close', resolve);
      caller.abort(new Error('gone'));
    });
    await expect(fetchSdl(url, caller)).rejects.toThrow('gone');
    await gone;
  });
});
