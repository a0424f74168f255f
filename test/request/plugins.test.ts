import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { eventually } from '../support/adminClient.ts';
import { startSubgraph, type TestSubgraph } from '../support/startSubgraph.ts';
import { startTestGateway, type TestGateway } from '../support/startTestGateway.ts';

const fileOf = (name: string) => fileURLToPath(new URL(`plugins/${name}.ts`, import.meta.url));

describe("users' plugins", () => {
  let words: TestSubgraph;
  let gateway: TestGateway;
  let folder: string;
  const watched = async () =>
    (await readFile(process.env.WATCHED_FILE ?? '', 'utf8')).split('\n').slice(0, -1);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-plugins-'));
    process.env.WATCHED_FILE = join(folder, 'watched');
    await writeFile(process.env.WATCHED_FILE, '');
    words = await startSubgraph('words', {
      sdl: 'type Query { word(of: ID): String }',
      resolvers: { Query: { word: (_: unknown, { of }: { of?: string }) => of ?? 'said' } },
    });
    gateway = await startTestGateway({
      subgraphs: [words],
      settings: {
        server: { batch: { max: 5 } },
        plugins: [fileOf('watchEverything'), fileOf('refuseSome')],
      },
    });
  });
  beforeEach(async () => {
    await writeFile(process.env.WATCHED_FILE ?? '', '');
  });
  afterAll(async () => {
    await gateway.stop();
    await words.stop();
    await rm(folder, { recursive: true });
    delete process.env.WATCHED_FILE;
  });

  test('are asked at each moment and hook, in order, and may add to the answer', async () => {
    const answer = await gateway.query('query W { word }');
    expect(answer.body).toEqual({ data: { word: 'said' }, extensions: { watched: 1 } });
    expect(answer.headers.get('x-watched')).toBe('yes');
    await eventually(async () => ((await watched()).some((line) => line.startsWith('settle')) ? true : null));
    expect(await watched()).toEqual([
      'admit POST',
      'identified false',
      'document of 1',
      'schema with word',
      'requestDidStart POST Query false',
      'didResolveSource query W { word }',
      'operation W',
      'didResolveOperation W',
      'responseForOperation',
      'executionDidStart',
      'call words',
      'executionDidEnd',
      'willSendResponse {"word":"said"}',
      'settle true {"word":"said"}',
    ]);
  });

  test('judge a document once, and see the size of a batch', async () => {
    const body = JSON.stringify([{ query: '{ word(of: 1) }' }, { query: '{ word(of: 1) }' }]);
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(gateway.endpoint, { method: 'POST', headers, body });
    expect(await response.json()).toEqual([
      { data: { word: '1' }, extensions: { watched: 1 } },
      { data: { word: '1' }, extensions: { watched: 1 } },
    ]);
    const lines = await watched();
    expect(lines.filter((line) => /^(batch|document)/.test(line))).toEqual(['batch of 2', 'document of 1']);
  });

  test('see the method a request came by', async () => {
    const search = new URLSearchParams({ query: '{ word }' });
    await fetch(`${gateway.endpoint}?${search}`, { headers: { 'apollo-require-preflight': '1' } });
    expect(await watched()).toEqual(expect.arrayContaining(['admit GET', 'requestDidStart GET Query false']));
  });

  test.each([
    ['{', 'GRAPHQL_PARSE_FAILED', ['parsingDidStart', 'parsed Syntax Error: Expected Name, found <EOF>.']],
    [
      '{ nope }',
      'GRAPHQL_VALIDATION_FAILED',
      ['parsingDidStart', 'parsed well', 'validationDidStart', 'validated 1'],
    ],
  ])('are told of the document %s that was refused', async (query, code, told) => {
    await gateway.query(query);
    const lines = await watched();
    const from = lines.indexOf('parsingDidStart');
    expect(lines.slice(from)).toEqual([...told, `didEncounterErrors ${code}`, 'willSendResponse undefined']);
  });

  test.each(['admit', 'identified', 'operation', 'didResolveOperation'])(
    'refuse at %s with a GraphQLError: its code, status and headers are answered',
    async (moment) => {
      const before = words.received.length;
      const answer = await gateway.query('{ word }', { headers: { 'x-refuse-at': moment } });
      expect(answer.status).toBe(402);
      expect(answer.headers.get('x-why')).toBe(moment);
      expect(answer.body.errors).toEqual([
        {
          message: `Refused at ${moment}`,
          extensions: { code: 'MINE', more: 1, requestId: answer.headers.get('x-request-id') },
        },
      ]);
      expect(words.received.length).toBe(before);
      if (moment.endsWith('peration')) {
        await eventually(async () => ((await watched()).includes('settle false null') ? true : null));
      }
    },
  );

  test('refuse a document before it is validated, each time it is sent', async () => {
    for (let round = 0; round < 2; round += 1) {
      const { status, body } = await gateway.query('query refusedDocument { nope }');
      expect([status, body.errors?.[0]?.message]).toEqual([402, 'Refused at document']);
    }
  });

  test('that failed on a document once are asked again', async () => {
    expect((await gateway.query('query faultOnce { word }')).status).toBe(500);
    expect((await gateway.query('query faultOnce { word }')).body.data).toEqual({ word: 'said' });
  });

  test('answer in place of the subgraphs', async () => {
    const answer = await gateway.query('{ word }', { headers: { 'x-refuse-at': 'responseForOperation' } });
    expect(answer.body).toEqual({ data: { word: 'instead' }, extensions: { watched: 1 } });
    await eventually(async () => ((await watched()).includes('settle false null') ? true : null));
  });

  test('that fail cost their request alone, and say nothing to the client', async () => {
    const answer = await gateway.query('{ word }', { headers: { 'x-refuse-at': 'fault' } });
    expect([answer.status, JSON.stringify(answer.body)]).toEqual([
      500,
      expect.not.stringContaining('canary-of-a-plugin'),
    ]);
    await eventually(() => (gateway.logText().includes('canary-of-a-plugin') ? true : null));
    expect((await gateway.query('{ word }')).status).toBe(200);
  });

  test.each([
    ['nothing.ts', /nothing\.ts cannot be loaded/],
    [fileURLToPath(import.meta.url), /has no plugin as its default export/],
  ])('that are none (%#) keep the gateway from starting, with a reason', async (file, reason) => {
    const plugins = file.endsWith('.test.ts') ? [fileOf('noPlugin')] : [file];
    await expect(startTestGateway({ settings: { plugins } })).rejects.toThrow(reason);
  });
});
