import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { headerIdentity, sessionHeader } from '../support/headerIdentity.ts';
import { startSubgraph, type TestSubgraph } from '../support/startSubgraph.ts';
import { startTestGateway, type TestGateway, writeSettings } from '../support/startTestGateway.ts';

describe('introspection', () => {
  let words: TestSubgraph;
  let gateway: TestGateway;
  const asked = '{ __schema { queryType { name } } }';
  const reader = sessionHeader({ subject: 'ann', scopes: ['schema:read'] });

  beforeAll(async () => {
    words = await startSubgraph('words', { sdl: 'type Query { word: String }' });
    gateway = await startTestGateway({
      subgraphs: [words],
      settings: { request: { introspection: { scope: 'schema:read' } } },
      identity: headerIdentity,
    });
  });
  afterAll(async () => {
    await gateway.stop();
    await words.stop();
  });
  const codeFor = async (query: string, headers: Record<string, string> = {}) => {
    const { status, body } = await gateway.query(query, { headers });
    return body.errors ? [status, body.errors[0]?.extensions.code] : 'answered';
  };

  test('for a scope is answered to those who have it, also from the warm cache, and to nobody else', async () => {
    const refused = [403, 'INTROSPECTION_DISABLED'];
    for (let round = 0; round < 2; round += 1) {
      expect(await codeFor(asked)).toEqual(refused);
      expect(await codeFor(asked, sessionHeader({ subject: 'bob', scopes: ['schema', 'read'] }))).toEqual(
        refused,
      );
      expect(await codeFor(asked, reader)).toBe('answered');
    }
  });

  test.each([
    '{ a: __schema { types { name } } }',
    '{ ...F } fragment F on Query { __type(name: "Query") { name } }',
    'query IntrospectionQuery { ... { __schema { types { name } } } }',
    '{ __schema { nope } }',
  ])('is not reached otherwise: %s', async (query) => {
    expect(await codeFor(query)).toEqual([403, 'INTROSPECTION_DISABLED']);
  });

  test('is not what __typename asks for', async () => {
    expect(await codeFor('{ __typename word }')).toBe('answered');
  });

  test('changes with the settings, for documents that are warm as well', async () => {
    const reconfigure = async (introspection: unknown) =>
      gateway.reconfigure(
        await writeSettings(gateway.folder, { subgraphs: [words], settings: { request: { introspection } } }),
      );
    await reconfigure('off');
    expect(await codeFor(asked, reader)).toEqual([403, 'INTROSPECTION_DISABLED']);
    await reconfigure('on');
    expect(await codeFor(asked)).toBe('answered');
  });
});
