import { createServer, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '../support/adminClient.ts';
import { freePort } from '../support/sluiceProcess.ts';
import { startSubgraph, type TestSubgraph } from '../support/startSubgraph.ts';
import { startTestGateway, type TestGateway } from '../support/startTestGateway.ts';

describe('a subgraph that cannot be reached', () => {
  const silent = new Set<Socket>();
  let mute: Server;
  let resetting: Server;
  let sound: TestSubgraph;
  let refusedPort: number;
  let gateway: TestGateway;

  beforeAll(async () => {
    sound = await startSubgraph('sound', {
      sdl: 'type Query { number: Int }',
      resolvers: { Query: { number: () => 1 } },
    });
    mute = createServer((socket) => {
      silent.add(socket);
      socket.on('close', () => silent.delete(socket)).on('error', () => undefined);
      socket.resume();
    });
    const mutePort = await listen(mute, 0);
    resetting = createServer((socket) => socket.resetAndDestroy());
    const resettingPort = await listen(resetting, 0);
    refusedPort = await freePort();
    gateway = await startTestGateway({
      subgraphs: [
        sound,
        subgraphAt('refused', `http://127.0.0.1:${refusedPort}/canary`),
        subgraphAt('nameless', 'http://canary.invalid:4001/canary'),
        subgraphAt('resetting', `http://127.0.0.1:${resettingPort}/canary`),
        subgraphAt('mute', `https://127.0.0.1:${mutePort}/canary`),
        subgraphAt('plain', `${sound.url.replace('http:', 'https:')}/canary`),
      ],
      settings: { upstream: { connectTimeout: '300ms', timeout: '5s' } },
    });
  });
  afterAll(async () => {
    await gateway.stop();
    await sound.stop();
    for (const server of [mute, resetting]) await new Promise((resolve) => server.close(resolve));
  });

  test.each([
    ['S1 refuses connections', 'refused'],
    ['S1 has a name that stands for nothing', 'nameless'],
    ['S1 resets each connection at once', 'resetting'],
    ['S1 is asked over TLS and never shakes hands', 'mute'],
    ['S1 is asked over TLS and speaks none', 'plain'],
  ])('%s: its fields are null, the others answered, nothing of its URL told', async (_title, name) => {
    const logBefore = gateway.logText().length;
    const { status, body } = await gateway.query(`{ ${name} number }`);
    expect(status).toBe(200);
    expect(body).toEqual({
      errors: [
        {
          message: `Subgraph "${name}" could not be reached.`,
          extensions: { code: 'SUBGRAPH_UNREACHABLE', subgraph: name },
        },
      ],
      data: { [name]: null, number: 1 },
    });
    expect(gateway.logText().slice(logBefore)).not.toMatch(/canary|ECONNREFUSED|https?:/);
    await eventually(() => (silent.size === 0 ? true : null));
  });

  test('S1 all at once: an error each, and the one that is sound is answered', async () => {
    const { body } = await gateway.query('{ refused nameless resetting mute plain number }');
    expect(body.data).toEqual({
      refused: null,
      nameless: null,
      resetting: null,
      mute: null,
      plain: null,
      number: 1,
    });
    const failing = body.errors?.map(({ extensions }) => extensions.subgraph).sort();
    expect(failing).toEqual(['mute', 'nameless', 'plain', 'refused', 'resetting']);
  });

  test('S1 is answered again as soon as it is there', async () => {
    const back = createServer((socket) => {
      socket.on('data', () => {
        const text = '{"data":{"refused":"back"}}';
        socket.end(
          `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${text.length}\r\n\r\n${text}`,
        );
      });
    });
    await listen(back, refusedPort);
    const { body } = await gateway.query('{ refused number }');
    expect(body).toEqual({ data: { refused: 'back', number: 1 } });
    await new Promise((resolve) => back.close(resolve));
  });
});

function subgraphAt(name: string, url: string) {
  return { name, url, sdl: `type Query { ${name}: String }` };
}

async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('It does not listen on a port');
  return address.port;
}
