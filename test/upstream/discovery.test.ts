import { createSocket, type Socket } from 'node:dgram';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { askAdmin, eventually } from '../support/adminClient.ts';
import { type FaultProxy, httpAnswer, startFaultProxy } from '../support/startFaultProxy.ts';
import type { TestSubgraph } from '../support/startSubgraph.ts';
import { startTestGateway, type TestGateway } from '../support/startTestGateway.ts';
import { inTurn, startTwoWords, whenSaid } from '../support/startTwoWords.ts';

/** Answers SRV questions over UDP with these ports of `localhost`, and A questions with 127.0.0.1 (RFC 1035, RFC 2782). */
async function startNameServer(ports: () => readonly number[]): Promise<{ port: number; socket: Socket }> {
  const socket = createSocket('udp4');
  socket.on('message', (question, { port, address }) => {
    let at = 12;
    while (question[at] !== 0) at += (question[at] ?? 0) + 1;
    const type = question.readUInt16BE(at + 1);
    const end = at + 5;
    const records = type === 33 ? ports().map(srvRecord) : [record(1, Buffer.from([127, 0, 0, 1]))];
    const head = Buffer.from(question.subarray(0, 12));
    head.writeUInt16BE(0x8180, 2);
    head.writeUInt16BE(records.length, 6);
    head.writeUInt16BE(0, 10);
    socket.send(Buffer.concat([head, question.subarray(12, end), ...records]), port, address);
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return { port: socket.address().port, socket };
}

function record(type: number, data: Buffer): Buffer {
  const head = Buffer.alloc(12);
  head.writeUInt16BE(0xc00c, 0);
  head.writeUInt16BE(type, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt32BE(1, 6);
  head.writeUInt16BE(data.length, 10);
  return Buffer.concat([head, data]);
}

function srvRecord(port: number): Buffer {
  const fields = Buffer.alloc(6);
  fields.writeUInt16BE(1, 0);
  fields.writeUInt16BE(1, 2);
  fields.writeUInt16BE(port, 4);
  return record(33, Buffer.concat([fields, Buffer.from('\tlocalhost\0', 'latin1')]));
}

describe('instances', () => {
  let subgraphs: TestSubgraph[];
  let gateway: TestGateway;

  beforeAll(async () => {
    subgraphs = await startTwoWords();
  });
  afterEach(() => gateway.stop());
  afterAll(async () => {
    for (const subgraph of subgraphs) await subgraph.stop();
  });

  const portOf = ({ url }: { url: string }) => Number(new URL(url).port);
  const said = (words: readonly string[]) => whenSaid(gateway, words);
  const start = async (upstream: object, instances: readonly string[] = []) => {
    const [{ name, sdl } = { name: '', sdl: '' }] = subgraphs;
    const url = 'http://127.0.0.1:9/nobody';
    gateway = await startTestGateway({
      subgraphs: [{ name, sdl, url, instances }],
      settings: {
        upstream: { ...inTurn, retry: { max: 0 }, breaker: { mode: 'off' }, ...upstream },
      },
    });
  };

  test('are found by SRV records, and found anew', async () => {
    let ports = [portOf(subgraphs[0] ?? { url: '' })];
    const { port, socket } = await startNameServer(() => ports);
    const dns = { name: '_graphql._tcp.words.test', type: 'SRV', url: 'http://HOST:PORT/graphql' };
    await start({ dnsServers: [`127.0.0.1:${port}`], subgraphs: { words: { dns } } });
    await said(['one']);
    ports = subgraphs.map(portOf);
    await said(['one', 'two']);
    socket.close();
    await said(['one', 'two']);
  });

  test('are found by A records', async () => {
    const { port, socket } = await startNameServer(() => []);
    const dns = { name: 'words.test', url: `http://HOST:${portOf(subgraphs[1] ?? { url: '' })}/graphql` };
    await start({ dnsServers: [`127.0.0.1:${port}`], subgraphs: { words: { dns } } });
    await said(['two']);
    socket.close();
  });

  test.each([
    ['query', 'all'],
    ['/health', 'this one'],
  ])(
    'that are asked how they are (%s, as it is set for %s) get calls only while they answer well',
    async (check, scope) => {
      const proxies: FaultProxy[] = await Promise.all(
        subgraphs.map((subgraph) => startFaultProxy({ host: '127.0.0.1', port: portOf(subgraph) })),
      );
      const health = { check, interval: '100ms', unhealthyAfter: 2, healthyAfter: 2 };
      const ejection = { mode: 'off' };
      await start(
        scope === 'all' ? { health, ejection } : { subgraphs: { words: { health, ejection } } },
        proxies.map(({ port }) => `http://127.0.0.1:${port}/graphql`),
      );
      const states = (expected: readonly string[]) =>
        eventually(async () => {
          const { upstream } = await askAdmin<{ upstream: { instances: { health: string }[] }[] }>(
            gateway,
            '{ upstream { instances { health } } }',
          );
          return upstream[0]?.instances.map(({ health: each }) => each).join() === expected.join()
            ? true
            : null;
        });
      await gateway.query('{ word }');
      proxies[0]?.fail({ kind: 'answer', response: httpAnswer(500, 'text/plain', 'ill'), thenClose: true });
      await states(['UNHEALTHY', 'HEALTHY']);
      for (let asked = 0; asked < 6; asked += 1)
        expect((await gateway.query('{ word }')).body.errors).toBeUndefined();
      proxies[0]?.fail(null);
      await states(['HEALTHY', 'HEALTHY']);
      for (const proxy of proxies) await proxy.stop();
    },
  );
});
