import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { selfSigned } from '../support/selfSigned.ts';
import { startSubgraph, type TestSubgraph } from '../support/startSubgraph.ts';
import { startTestGateway, type TestGateway } from '../support/startTestGateway.ts';

describe('a subgraph that wants to know who calls', () => {
  let words: TestSubgraph;
  let tokens: Server;
  let gateway: TestGateway;
  let asked: { authorization: string | undefined; body: string }[];
  let answer: { status: number; body: string };

  beforeAll(async () => {
    words = await startSubgraph('words', {
      sdl: 'type Query { word: String }',
      resolvers: { Query: { word: () => 'x' } },
    });
    tokens = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += String(chunk);
      asked.push({ authorization: request.headers.authorization, body });
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body);
    });
    await new Promise<void>((resolve) => tokens.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => gateway.stop());
  afterAll(async () => {
    await words.stop();
    tokens.closeAllConnections();
    await new Promise((resolve) => tokens.close(resolve));
  });

  const start = async (own: object, url = words.url) => {
    asked = [];
    words.received.length = 0;
    gateway = await startTestGateway({
      subgraphs: [{ ...words, url }],
      settings: {
        upstream: { join: false, headers: [{ propagate: 'authorization' }], subgraphs: { words: own } },
      },
    });
  };
  const clientCredentials = () => ({
    tokenUrl: `http://127.0.0.1:${(tokens.address() as AddressInfo).port}/token`,
    clientId: 'slu:ice',
    clientSecret: 's3cret-canary',
    scope: 'words',
  });

  test('gets a bearer token of ours, in the place of the client’s', async () => {
    await start({ auth: { bearer: 'ours-canary' } });
    await gateway.query('{ word }', { headers: { authorization: 'Basic abc' } });
    expect(words.received[0]?.headers.authorization).toBe('Bearer ours-canary');
    expect(gateway.logText()).not.toContain('canary');
  });

  test('gets a token of client credentials, asked for once while it is good', async () => {
    answer = { status: 200, body: '{"access_token":"abc.def","expires_in":60}' };
    await start({ auth: { clientCredentials: clientCredentials() } });
    await Promise.all(['a', 'b', 'c'].map((alias) => gateway.query(`{ ${alias}: word }`)));
    expect(words.received.map(({ headers }) => headers.authorization)).toEqual(
      Array(3).fill('Bearer abc.def'),
    );
    const basic = `Basic ${Buffer.from('slu%3Aice:s3cret-canary').toString('base64')}`;
    expect(asked).toEqual([{ authorization: basic, body: 'grant_type=client_credentials&scope=words' }]);
  });

  test.each([
    [500, '{}'],
    [200, '<html>'],
    [200, '{"access_token":"a\\r\\nx: y"}'],
  ])('is not called without one (%d %s), and nothing of the secret is told', async (status, body) => {
    answer = { status, body };
    await start({ auth: { clientCredentials: clientCredentials() } });
    const result = (await gateway.query('{ word }')).body;
    expect(result.errors).toEqual([
      {
        message: 'The gateway\'s credential for subgraph "words" cannot be had.',
        extensions: { code: 'SUBGRAPH_UNREACHABLE', subgraph: 'words' },
      },
    ]);
    expect(words.received).toHaveLength(0);
    expect(gateway.logText()).not.toContain('canary');
  });

  test('may ask for a certificate, and shows one of its own', async () => {
    const [ours, theirs] = [selfSigned('sluice'), selfSigned('localhost')];
    const shown: string[] = [];
    const server = createTlsServer(
      {
        cert: theirs.certificate,
        key: theirs.key,
        requestCert: true,
        ca: ours.certificate,
        rejectUnauthorized: true,
      },
      (request, response) => {
        const { CN } = (request.socket as TLSSocket).getPeerCertificate().subject;
        shown.push(String(CN));
        response.writeHead(200, { 'content-type': 'application/json' }).end('{"data":{"word":"safe"}}');
      },
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `https://localhost:${(server.address() as AddressInfo).port}/`;
    await start({ tls: { cert: ours.certificate, key: ours.key, ca: theirs.certificate } }, url);
    expect((await gateway.query('{ word }')).body).toEqual({ data: { word: 'safe' } });
    expect(shown).toEqual(['sluice']);
    await gateway.stop();
    await start({ tls: { ca: theirs.certificate } }, url);
    expect((await gateway.query('{ word }')).body.errors).toHaveLength(1);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
});
