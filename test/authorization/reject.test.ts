import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Disposer } from '../../src/base/disposer.ts';
import { headerIdentity, sessionHeader } from '../support/headerIdentity.ts';
import { startSubgraph, type TestSubgraph } from '../support/startSubgraph.ts';
import { startTestGateway, type TestGateway, writeSettings } from '../support/startTestGateway.ts';

const closing = new Disposer();
afterAll(() => closing.dispose());
let trips: TestSubgraph;
beforeAll(async () => {
  trips = await startSubgraph('trips', {
    sdl: `type Query { open: Int known: Int @authenticated secret: Int @requiresScopes(scopes: [["s"]]) }
      type Mutation { do: Int @requiresScopes(scopes: [["s"]]) also: Int }`,
    resolvers: {
      Query: { open: () => 1, known: () => 2, secret: () => 3 },
      Mutation: { do: () => 4, also: () => 5 },
    },
  });
  closing.add(trips.stop);
});

async function started(settings: object, mode: 'serve' | 'dev' = 'serve'): Promise<TestGateway> {
  const gateway = await startTestGateway({
    subgraphs: [trips],
    identity: headerIdentity,
    settings: { ...settings },
    mode,
  });
  closing.add(() => gateway.stop());
  return gateway;
}

const reject = { authorization: { onDenied: 'reject' } };
const ann = sessionHeader({ subject: 'ann' });
const holder = sessionHeader({ subject: 'ann', scopes: ['s'] });
const id = expect.any(String);

describe('authorization.onDenied: reject', () => {
  test('refuses an operation as a whole, says nothing of what it is, and asks no subgraph', async () => {
    const gateway = await started({ ...reject, server: { batch: { max: 2 } } });
    trips.received.length = 0;
    const anonymous = await gateway.query('{ open known }');
    expect(anonymous).toMatchObject({
      status: 401,
      body: {
        errors: [
          {
            message: 'The operation asks for what only identified sessions may see.',
            extensions: { code: 'UNAUTHENTICATED', requestId: id },
          },
        ],
      },
    });
    expect(anonymous.body).not.toHaveProperty('data');
    expect(anonymous.headers.get('www-authenticate')).toBe('Bearer');
    const identified = await gateway.query('mutation { also do }', { headers: ann });
    expect(identified).toMatchObject({
      status: 403,
      body: {
        errors: [
          {
            message: 'This session may not see all that the operation asks for.',
            extensions: { code: 'FORBIDDEN', requestId: id },
          },
        ],
      },
    });
    expect(identified.headers.get('www-authenticate')).toBeNull();
    expect(trips.received).toEqual([]);
    expect((await gateway.query('{ open known }', { headers: ann })).body).toEqual({
      data: { open: 1, known: 2 },
    });
    expect((await gateway.query('mutation { also do }', { headers: holder })).body).toEqual({
      data: { also: 5, do: 4 },
    });
    const batch = await fetch(gateway.endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...ann },
      body: JSON.stringify([{ query: '{ secret }' }, { query: '{ known }' }]),
    });
    expect(await batch.json()).toEqual([
      { errors: [expect.objectContaining({ extensions: { code: 'FORBIDDEN', requestId: id } })] },
      { data: { known: 2 } },
    ]);
    expect(gateway.logged().some(({ codes }) => JSON.stringify(codes) === '["FORBIDDEN"]')).toBe(true);
  });

  test('names what it is in dev', async () => {
    const gateway = await started(reject, 'dev');
    const { body } = await gateway.query('query Q { ...F known } fragment F on Query { a: secret }');
    expect(body.errors).toEqual([
      {
        message: 'The operation asks for what only identified sessions may see: Query.known, Query.secret.',
        extensions: { code: 'UNAUTHENTICATED', coordinates: ['Query.known', 'Query.secret'], requestId: id },
      },
    ]);
  });

  test('holds from one moment to the next, also for an operation that has a plan', async () => {
    const gateway = await started({});
    const query = '{ open secret }';
    expect((await gateway.query(query, { headers: ann })).body.data).toEqual({ open: 1, secret: null });
    gateway.reconfigure(await writeSettings(gateway.folder, { subgraphs: [trips], settings: reject }));
    expect((await gateway.query(query, { headers: ann })).status).toBe(403);
    gateway.reconfigure(await writeSettings(gateway.folder, { subgraphs: [trips] }));
    expect((await gateway.query(query, { headers: ann })).body.data).toEqual({ open: 1, secret: null });
  });
});
