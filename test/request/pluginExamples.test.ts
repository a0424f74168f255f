import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startSubgraph, type TestSubgraph } from '../support/startSubgraph.ts';
import { startTestGateway, type TestGateway } from '../support/startTestGateway.ts';

const fileOf = (name: string) => fileURLToPath(new URL(`plugins/${name}.ts`, import.meta.url));
const page = new URL('../../docs/reference/plugins.md', import.meta.url);

/** Without what only the checks of this project need: its type, and the import of that. */
const asShown = (text: string) =>
  text.replace(/^import type \{ GatewayPlugin \}.*\n/m, '').replace(': GatewayPlugin', '');

describe('the plugins of docs/reference/plugins.md', () => {
  let words: TestSubgraph;
  let gateway: TestGateway;

  beforeAll(async () => {
    words = await startSubgraph('words', {
      sdl: 'type Query { word: String } type Mutation { learn: String }',
      resolvers: { Query: { word: () => 'said' }, Mutation: { learn: () => 'learned' } },
    });
    gateway = await startTestGateway({
      subgraphs: [words],
      settings: { plugins: [fileOf('requireClientName'), fileOf('timeOperations')] },
    });
  });
  afterAll(async () => {
    await gateway.stop();
    await words.stop();
  });
  const ask = (query: string, name?: string) =>
    gateway.query(query, { headers: name === undefined ? {} : { 'apollographql-client-name': name } });

  test.each(['requireClientName', 'timeOperations'])('%s is there as it is tested here', async (name) => {
    const shown = await readFile(page, 'utf8');
    expect(shown).toContain(`\`\`\`ts\n${asShown(await readFile(fileOf(name), 'utf8'))}\`\`\``);
  });

  test('requireClientName lets in who says who it is, and the dashboard only to read', async () => {
    const refused = await ask('{ word }');
    expect([refused.status, refused.body.errors?.[0]?.extensions.code]).toEqual([
      400,
      'CLIENT_NAME_REQUIRED',
    ]);
    expect((await ask('{ word }', 'dashboard')).body).toEqual({ data: { word: 'said' } });
    expect((await ask('mutation { learn }', 'app')).body).toEqual({ data: { learn: 'learned' } });
    const writing = await ask('mutation { learn }', 'dashboard');
    expect([writing.status, writing.body.errors?.[0]?.message]).toEqual([403, 'The dashboard only reads.']);
  });

  test('timeOperations adds its header, also to what is refused', async () => {
    expect((await ask('{ word }', 'app')).headers.get('server-timing')).toMatch(/^query;dur=\d+$/);
    expect((await ask('mutation { learn }', 'app')).headers.get('server-timing')).toMatch(
      /^mutation;dur=\d+$/,
    );
    expect((await ask('{ nope }', 'app')).headers.get('server-timing')).toMatch(/^query;dur=\d+$/);
  });
});
