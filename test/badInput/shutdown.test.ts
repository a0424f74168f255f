import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { eventually } from '../support/adminClient.ts';
import { openRawConnection, type RawConnection } from '../support/rawConnection.ts';
import {
  type Folder,
  freePort,
  type Running,
  startSluice,
  temporaryFolder,
} from '../support/sluiceProcess.ts';
import { startSubgraph, type TestSubgraph } from '../support/startSubgraph.ts';

function postOf(query: string): string {
  const body = JSON.stringify({ query });
  const head = ['Host: gateway', 'Content-Type: application/json', `Content-Length: ${body.length}`];
  return `POST /graphql HTTP/1.1\r\n${head.join('\r\n')}\r\n\r\n${body}`;
}

const post = postOf('{ word }');
const answer = '{"data":{"word":"said"}}';
/** Another query, since identical ones on their way share one call. */
const slowPost = postOf('{ slow }');
const slowAnswer = '{"data":{"slow":"said"}}';

/** Longer than a test may take: one that passes did not wait for it. */
const longer = '60s';

/** P18: the process is told to end while it is at work. */
describe('a gateway that is told to end', () => {
  let folder: Folder;
  let words: TestSubgraph;
  let gateway: Running;
  let endpoint: string;
  let connections: RawConnection[];

  beforeEach(async () => {
    connections = [];
    folder = await temporaryFolder();
    words = await startSubgraph('words', {
      sdl: 'type Query { word: String, slow: String }',
      resolvers: { Query: { word: () => 'said', slow: () => 'said' } },
    });
  });
  afterEach(async () => {
    for (const connection of connections) connection.destroy();
    gateway.child.kill('SIGKILL');
    await gateway.ended;
    await Promise.all([folder.remove(), words.stop()]);
  });

  /** Starts the process and waits until it serves. */
  async function serve(drain: { delay: string; grace: string }): Promise<void> {
    const port = await freePort();
    await folder.write('words.graphql', words.sdl);
    await folder.write(
      'supergraph.yaml',
      JSON.stringify({
        server: { port, host: '127.0.0.1', drain },
        admin: { port: await freePort() },
        subgraphs: { words: { routing_url: words.url, schema: { file: 'words.graphql' } } },
      }),
    );
    gateway = startSluice(['serve'], { cwd: folder.path });
    await gateway.says('serving supergraph');
    endpoint = `http://127.0.0.1:${port}/graphql`;
    await eventually(async () => ((await health('ready')) === 200 ? true : null), 20_000);
  }

  const health = (probe: string): Promise<number | null> =>
    fetch(new URL(`/health/${probe}`, endpoint), { headers: { connection: 'close' } }).then(
      ({ status }) => status,
      () => null,
    );
  async function connect(): Promise<RawConnection> {
    const connection = await openRawConnection(endpoint);
    connections.push(connection);
    return connection;
  }
  async function connectAndAsk(): Promise<RawConnection> {
    const connection = await connect();
    connection.write(post);
    await connection.responses(1);
    return connection;
  }
  /** A request whose subgraph does not answer until it is let. */
  async function askAndHold(): Promise<{ connection: RawConnection; letGo(): void }> {
    const held: ServerResponse[] = [];
    words.intercept((response) => held.push(response));
    const connection = await connect();
    connection.write(slowPost);
    await eventually(() => (held.length > 0 ? true : null));
    words.intercept(null);
    return {
      connection,
      letGo: () => held[0]?.writeHead(200, { 'content-type': 'application/json' }).end(slowAnswer),
    };
  }

  test('says so to balancers while it serves on, finishes what is in flight, and exits with 0', async () => {
    await serve({ delay: '1s', grace: longer });
    const kept = await connectAndAsk();
    const { connection: slow, letGo } = await askAndHold();
    gateway.child.kill('SIGTERM');

    await eventually(async () => ((await health('ready')) === 503 ? true : null));
    expect(await health('live')).toBe(200);
    kept.write(post);
    const [, last] = await kept.responses(2);
    expect([last?.body, last?.headers.connection]).toEqual([answer, 'close']);
    await kept.ended;
    const late = await connectAndAsk();
    expect((await late.responses(1)).map(({ status, headers }) => [status, headers.connection])).toEqual([
      [200, 'close'],
    ]);

    await eventually(async () => ((await health('live')) === null ? true : null));
    letGo();
    const [finished] = await slow.responses(1);
    expect([finished?.body, finished?.headers.connection]).toEqual([slowAnswer, 'close']);
    const { status, stderr, stdout } = await gateway.ended;
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout.split('\n').filter((line) => line.includes('"msg":"request"'))).toHaveLength(4);
  });

  test('exits at once when 100 idle connections are all it has', async () => {
    await serve({ delay: '0s', grace: longer });
    await Promise.all(Array.from({ length: 100 }, connectAndAsk));
    gateway.child.kill('SIGINT');
    expect((await gateway.ended).status).toBe(0);
  });

  test('cuts off what is still in flight after the grace', async () => {
    await serve({ delay: '0s', grace: '500ms' });
    const { connection } = await askAndHold();
    const silent = await connect();
    gateway.child.kill('SIGTERM');
    await Promise.all([connection.ended, silent.ended]);
    const { status, stdout } = await gateway.ended;
    expect(status).toBe(0);
    expect(stdout).toContain('"status":499');
  });

  test('exits at once when it is told twice', async () => {
    await serve({ delay: longer, grace: longer });
    await askAndHold();
    gateway.child.kill('SIGTERM');
    await eventually(async () => ((await health('ready')) === 503 ? true : null));
    gateway.child.kill('SIGTERM');
    expect((await gateway.ended).status).toBe(143);
  });
});
