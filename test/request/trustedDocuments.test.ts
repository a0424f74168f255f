import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { eventually } from '../support/adminClient.ts';
import { startSubgraph, type TestSubgraph } from '../support/startSubgraph.ts';
import { startTestGateway, type TestGateway } from '../support/startTestGateway.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const said = { data: { word: 'said' } };
const json = { 'content-type': 'application/json' };

describe('trusted documents', () => {
  let words: TestSubgraph;
  let gateway: TestGateway | null = null;
  let folder: string;

  beforeAll(async () => {
    words = await startSubgraph('words', {
      sdl: 'type Query { word(of: ID): String }',
      resolvers: { Query: { word: (_: unknown, { of }: { of?: string }) => of ?? 'said' } },
    });
  });
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-trusted-'));
  });
  afterEach(async () => {
    await gateway?.stop();
    gateway = null;
    await rm(folder, { recursive: true });
  });
  afterAll(() => words.stop());

  async function open(
    files: Record<string, string>,
    settings: { path?: string; mode?: string } = {},
    more = {},
  ) {
    for (const [name, text] of Object.entries(files)) {
      await mkdir(join(folder, name, '..'), { recursive: true });
      await writeFile(join(folder, name), text);
    }
    const trustedDocuments = { ...settings, path: join(folder, settings.path ?? '.') };
    gateway = await startTestGateway({
      subgraphs: [words],
      settings: { server: { batch: { max: 5 } }, request: { trustedDocuments, ...more } },
    });
    return gateway;
  }
  const post = async (body: unknown): Promise<unknown> =>
    (
      await fetch(gateway?.endpoint ?? '', { method: 'POST', headers: json, body: JSON.stringify(body) })
    ).json();
  const codeOf = (result: unknown) =>
    (result as { errors?: { extensions: { code: string } }[] }).errors?.[0]?.extensions.code ?? 'answered';

  test('of a folder are answered by name and by hash, the way clients ask', async () => {
    const text = '{ word }\n';
    await open({ 'one.graphql': text, 'deep/two.gql': '{ word }' });
    for (const documentId of ['one', 'deep/two', sha256(text), `sha256:${sha256('{ word }')}`])
      expect(await post({ documentId })).toEqual(said);
    const extensions = { persistedQuery: { version: 1, sha256Hash: sha256('{ word }') } };
    expect(await post({ extensions })).toEqual(said);
    expect(await post([{ documentId: 'one' }, { extensions }])).toEqual([said, said]);
    const search = new URLSearchParams({ documentId: 'one' });
    const headers = { 'apollo-require-preflight': '1' };
    expect(await (await fetch(`${gateway?.endpoint}?${search}`, { headers })).json()).toEqual(said);
  });

  test("of Apollo's manifest are answered as Apollo's clients ask, whatever their ids look like", async () => {
    const operations = [
      { id: 'any-id', name: 'W', type: 'query', body: 'query W { word }' },
      {
        id: sha256('query V($of: ID) { word(of: $of) }'),
        name: 'V',
        type: 'query',
        body: 'query V($of: ID) { word(of: $of) }',
      },
    ];
    await open(
      {
        'manifest.json': JSON.stringify({
          format: 'apollo-persisted-query-manifest',
          version: 1,
          operations,
        }),
      },
      { path: 'manifest.json' },
    );
    const by = (sha256Hash: string | undefined, variables = {}) =>
      post({ extensions: { persistedQuery: { version: 1, sha256Hash } }, variables });
    expect(await by('any-id')).toEqual(said);
    expect(await by(operations[1]?.id, { of: 'x' })).toEqual({ data: { word: 'x' } });
  });

  test('of texts by id are answered, as Relay writes them', async () => {
    await open({ 'persisted.json': JSON.stringify({ abc: '{ word }' }) });
    expect(await post({ documentId: 'abc' })).toEqual(said);
  });

  test('may be sent as text, too; nothing else is answered', async () => {
    await open({ 'one.graphql': '{ word }' });
    expect(await post({ query: '{ word }' })).toEqual(said);
    expect(await post({ query: '{ word }', documentId: 'one' })).toEqual(said);
    for (const query of [
      '{ word  }',
      '{ word(of: 1) }',
      '{ __typename }',
      '{',
      '{ __schema { types { name } } }',
    ])
      expect(codeOf(await post({ query }))).toBe('PERSISTED_QUERY_REQUIRED');
    const response = await fetch(gateway?.endpoint ?? '', {
      method: 'POST',
      headers: json,
      body: '{"query":"{ __typename }"}',
    });
    expect([response.status, await response.json()]).toEqual([
      400,
      {
        errors: [
          {
            message: 'Only operations that are known by id are answered here.',
            extensions: { code: 'PERSISTED_QUERY_REQUIRED', requestId: expect.any(String) },
          },
        ],
      },
    ]);
  });

  test('that are not known are not, and a text has to be the one of its id', async () => {
    await open({ 'one.graphql': '{ word }' });
    expect(codeOf(await post({ documentId: 'two' }))).toBe('PERSISTED_QUERY_NOT_FOUND');
    expect(codeOf(await post({ documentId: '__proto__' }))).toBe('PERSISTED_QUERY_NOT_FOUND');
    expect(codeOf(await post({ documentId: 'one', query: '{ __typename }' }))).toBe('BAD_REQUEST');
    expect(codeOf(await post({ documentId: 5 }))).toBe('BAD_REQUEST');
  });

  test('cannot be added to by clients that register a hash', async () => {
    await open({ 'one.graphql': '{ word }' });
    const query = '{ word(of: 1) }';
    const extensions = { persistedQuery: { version: 1, sha256Hash: sha256(query) } };
    expect(codeOf(await post({ query, extensions }))).toBe('PERSISTED_QUERY_REQUIRED');
    expect(codeOf(await post({ extensions }))).toBe('PERSISTED_QUERY_NOT_FOUND');
  });

  test('only note others where that is set, and say nothing of them where they are off', async () => {
    const opened = await open({ 'one.graphql': '{ word }' }, { mode: 'log' });
    await post({ query: '{ word }' });
    await post({ query: '{ __typename }' });
    await post({ query: '{ __typename }' });
    const lines = await eventually(() => {
      const found = opened.logged().filter(({ msg }) => msg === 'request');
      return found.length === 3 ? found : null;
    });
    expect(lines.map(({ status, wouldRefuse }) => [status, wouldRefuse])).toEqual([
      [200, undefined],
      [200, ['request.trustedDocuments']],
      [200, ['request.trustedDocuments']],
    ]);
    await opened.stop();
    await open({}, { mode: 'off' });
    expect(codeOf(await post({ query: '{ __typename }' }))).toBe('answered');
    expect(await post({ documentId: 'one' })).toEqual(said);
  });

  test('are read again when they change; what cannot be read changes nothing', async () => {
    const opened = await open({ 'one.graphql': '{ word }' });
    await writeFile(join(folder, 'two.graphql'), '{ a: word }');
    await eventually(
      async () => (codeOf(await post({ documentId: 'two' })) === 'answered' ? true : null),
      15_000,
    );
    await writeFile(join(folder, 'three.graphql'), '{ a: ');
    await eventually(() => (opened.logText().includes('three.graphql is no GraphQL') ? true : null), 15_000);
    expect(codeOf(await post({ documentId: 'two' }))).toBe('answered');
  });

  test.each([
    [{ 'a.graphql': '{ ' }, '.', /a\.graphql is no GraphQL/],
    [{ 'm.json': '[]' }, 'm.json', /m\.json is no manifest/],
    [{ 'm.json': '{' }, 'm.json', /m\.json is no JSON/],
    [{ 'm.json': '{"format":"other","version":1}' }, 'm.json', /m\.json is a manifest of another kind/],
    [{ 'm.json': '{"a":1}' }, 'm.json', /the document a is no text/],
    [{ 'a.graphql': '{ a }', 'm.json': '{"a":"{ b }"}' }, '.', /the id a stands for two documents/],
    [{}, 'nowhere', /ENOENT/],
  ])('that are at fault keep the gateway from starting, with a reason (%#)', async (files, path, reason) => {
    await expect(open(files, { path })).rejects.toThrow(reason);
  });
});
