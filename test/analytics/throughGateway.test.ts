import { mkdir, mkdtemp, rm, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { askAdmin, eventually } from '../support/adminClient.ts';
import { openRawConnection } from '../support/rawConnection.ts';
import { startSubgraph, type TestSubgraph } from '../support/startSubgraph.ts';
import { startTestGateway, type TestGateway } from '../support/startTestGateway.ts';

const sdl = `
  type Query { book(id: ID!, by: Filter): Book  books(sort: Sort): [Book!]!  node: Node }
  interface Node { id: ID! }
  type Book implements Node { id: ID! title: String pages: Int }
  input Filter { author: String  sort: Sort  legacy: Int }
  enum Sort { TITLE PAGES }`;

let books: TestSubgraph;
let gateway: TestGateway;
beforeAll(async () => {
  const book = { id: '1', title: 'Emma', pages: 400 };
  books = await startSubgraph('books', {
    sdl,
    resolvers: {
      Query: { book: () => book, books: () => [book], node: () => ({ __typename: 'Book', ...book }) },
    },
  });
  gateway = await startTestGateway({ subgraphs: [books], settings: { server: { batch: { max: 5 } } } });
});
afterAll(async () => {
  await gateway.stop();
  await books.stop();
});

const from = (name: string, version = '1.0') => ({
  headers: { 'apollographql-client-name': name, 'apollographql-client-version': version },
});
const counts = 'now { calls errors refused failed gone subgraphCalls joined bytes p50Ms }';

interface Counts {
  readonly now: Readonly<Record<string, number>>;
}

async function usage<Answer>(selection: string): Promise<Answer> {
  const asked = await askAdmin<{ usage: Answer }>(gateway, `{ usage(lastSeconds: 3600) { ${selection} } }`);
  return asked.usage;
}

async function countsOf(id: string): Promise<Readonly<Record<string, number>>> {
  const { operation } = await usage<{ operation: Counts }>(`operation(id: "${id}") { ${counts} }`);
  return operation.now;
}

describe('usage of a gateway', () => {
  test('documents of one shape are one operation, by client, with what it called and uses', async () => {
    await gateway.query(
      'query Page { book(id: "1") { title ...More } } fragment More on Book { pages }',
      from('web'),
    );
    await gateway.query(
      'query Page { book(id: "2") { ...More title } } fragment More on Book { pages }',
      from('web'),
    );
    await gateway.query(
      'query Page { book(id: "3") { title ...More } } fragment More on Book { pages }',
      from('app', '2'),
    );
    const { operation } = await usage<{ operation: Record<string, unknown> }>(
      `operation(id: "Page") {
         operation { id name kind text } ${counts} before { calls } plan { text }
         clients { name version now { calls } } subgraphs { name now { calls errors } }
         generations { name now { calls } } fields { coordinate } codes { name } errors { at } series { points { totals { calls } } }
       }`,
    );
    expect(operation).toMatchObject({
      operation: {
        name: 'Page',
        kind: 'query',
        text: 'query Page{book(id:""){...More title}}fragment More on Book{pages}',
      },
      now: { calls: 3, errors: 0, subgraphCalls: 3, p50Ms: expect.any(Number) },
      before: { calls: 0 },
      plan: { text: expect.stringContaining('Fetch(service: "books")') },
      clients: [
        { name: 'web', version: '1.0', now: { calls: 2 } },
        { name: 'app', version: '2', now: { calls: 1 } },
      ],
      subgraphs: [{ name: 'books', now: { calls: 3, errors: 0 } }],
      generations: [{ name: '1', now: { calls: 3 } }],
      fields: ['Book', 'Book.pages', 'Book.title', 'Query.book', 'Query.book(id:)'].map((coordinate) => ({
        coordinate,
      })),
      codes: [],
      errors: [],
    });
  });

  test('over time is told by the minute, by few minutes or by the hour, as far as it is kept', async () => {
    const stepOf = async (lastSeconds: number) => {
      const asked = `{ usage(lastSeconds: ${lastSeconds}) { now { calls p50Ms } series { stepSeconds points { totals { calls p50Ms } } } } }`;
      const { usage: all } = await askAdmin<{
        usage: Counts & { series: { stepSeconds: number; points: { totals: Counts['now'] }[] } };
      }>(gateway, asked);
      const { stepSeconds, points } = all.series;
      expect(points.reduce((sum, { totals }) => sum + (totals.calls ?? 0), 0)).toBe(all.now.calls);
      expect(points.every(({ totals }) => totals.p50Ms !== null)).toBe(true);
      return stepSeconds;
    };
    const hours = [1, 6, 24, 7 * 24, 30 * 24];
    expect(await Promise.all(hours.map((each) => stepOf(each * 3600)))).toEqual([60, 300, 900, 3600, 86_400]);
  });

  test('what is refused has its record: a document that does not fit, variables that do not, no JSON at all', async () => {
    const before = await unknown();
    await gateway.query('query Wrong { nothing }');
    await fetch(gateway.endpoint, {
      method: 'POST',
      body: '{',
      headers: { 'content-type': 'application/json' },
    });
    await gateway.query('query Vars($id: ID!) { book(id: $id) { title } }', { variables: {} });
    const after = await unknown();
    expect(after - before).toBe(2);
    expect(await countsOf('Vars')).toMatchObject({ calls: 1, errors: 1, refused: 1, subgraphCalls: 0 });
    const { operation } = await usage<{ operation: { errors: object[]; codes: object[] } }>(
      'operation(id: "Vars") { codes { name calls } errors { status codes requestId } }',
    );
    expect(operation).toEqual({
      codes: [{ name: 'BAD_USER_INPUT', calls: 1 }],
      errors: [{ status: 200, codes: ['BAD_USER_INPUT'], requestId: expect.any(String) }],
    });
  });

  async function unknown(): Promise<number> {
    const { operations } = await usage<{ operations: { rows: (Counts & { name: string })[] } }>(
      `operations { rows { name ${counts} } }`,
    );
    return operations.rows.find(({ name }) => name === '(unknown)')?.now.calls ?? 0;
  }

  test('each item of a batch has its own record, and their bytes together are those of the response', async () => {
    const body = JSON.stringify([
      { query: 'query One { book(id: "1") { title } }' },
      { query: 'query Two { book(id: "1") { pages } }' },
      { query: 'query Three { nothing }' },
    ]);
    const before = await unknown();
    const response = await fetch(gateway.endpoint, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json' },
    });
    const bytes = Buffer.byteLength(await response.text());
    const [one, two] = [await countsOf('One'), await countsOf('Two')];
    expect([one.calls, two.calls, (await unknown()) - before]).toEqual([1, 1, 1]);
    expect((one.bytes ?? 0) + (two.bytes ?? 0)).toBeLessThan(bytes);
    expect(one.errors).toBe(0);
  });

  test('a client that leaves has its record, and a call that ends after it still counts', async () => {
    let answer: (() => void) | null = null;
    books.intercept((response) => {
      answer = () =>
        response
          .writeHead(200, { 'content-type': 'application/json' })
          .end('{"data":{"book":{"title":"late"}}}');
    });
    const connection = await openRawConnection(gateway.endpoint);
    const sent = JSON.stringify({ query: 'query Left { book(id: "1") { title } }' });
    connection.write(
      `POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${sent.length}\r\n\r\n${sent}`,
    );
    await eventually(() => answer);
    connection.destroy();
    await eventually(async () => ((await known('Left')) ? true : null));
    books.intercept(null);
    (answer as (() => void) | null)?.();
    await eventually(async () => ((await countsOf('Left')).subgraphCalls === 1 ? true : null));
    expect(await countsOf('Left')).toMatchObject({ calls: 1, errors: 0, gone: 1, subgraphCalls: 1 });
  });

  async function known(id: string): Promise<boolean> {
    const { operation } = await usage<{ operation: object | null }>(
      `operation(id: "${id}") { operation { id } }`,
    );
    return operation !== null;
  }

  test('a failing subgraph is in the errors, with the request to look for', async () => {
    books.intercept((response) => response.writeHead(503).end());
    await gateway.query('query Fails { book(id: "1") { title } }', from('web'));
    books.intercept(null);
    const { operation, subgraph } = await usage<Record<string, object>>(
      `operation(id: "Fails") { ${counts} errors { codes subgraphs client } }
       subgraph(name: "books") { now { errors } operations(first: 100) { name now { calls } } }`,
    );
    expect(operation).toMatchObject({
      now: { calls: 1, errors: 1, refused: 0, failed: 0 },
      errors: [{ codes: ['SUBGRAPH_UNREACHABLE'], subgraphs: ['books'], client: 'web' }],
    });
    expect(subgraph).toMatchObject({ now: { errors: 1 } });
  });

  test('a field tells who uses it, also by way of an interface, by variables, and whether it may go', async () => {
    await gateway.query('query Id { node { id } }', from('web'));
    await gateway.query(
      'query Filtered($by: Filter, $sort: Sort) { book(id: "1", by: $by) { id } books(sort: $sort) { id } }',
      {
        ...from('app'),
        variables: { by: { author: 'Austen', sort: 'TITLE' }, sort: 'PAGES' },
      },
    );
    const field = async (coordinate: string) =>
      (
        await usage<{ field: { verdict: string; operations: { operation: { name: string } }[] } }>(
          `field(coordinate: "${coordinate}") { verdict reason operations { operation { name } clients { name calls } } }`,
        )
      ).field;
    const names = async (coordinate: string) =>
      (await field(coordinate)).operations.map(({ operation }) => operation.name).sort();
    expect(await names('Book.id')).toEqual(['Filtered', 'Id']);
    expect(await names('Filter.author')).toEqual(['Filtered']);
    expect(await names('Sort.TITLE')).toEqual(['Filtered']);
    expect(await names('Sort.PAGES')).toEqual(['Filtered']);
    expect(await names('Query.books(sort:)')).toEqual(['Filtered']);
    expect(await field('Filter.author')).toMatchObject({ verdict: 'USED' });
    // Recording began after the period did, so nobody can say that it is safe.
    expect(await field('Filter.legacy')).toMatchObject({ verdict: 'UNSURE', operations: [] });
  });
});

describe('a check', () => {
  const check = async (changed: string) =>
    (
      await askAdmin<{
        check: { operations: { broken: { name: string; reasons: string[] }[] }; changes: object[] };
      }>(
        gateway,
        `query ($sdl: String!) { check(subgraph: { name: "books", sdl: $sdl }) {
           changes { severity } operations { checked broken { name reasons calls clients { name version calls } } }
         } }`,
        { sdl: books.sdl.replace(sdl, '') + changed },
      )
    ).check;

  test('names the operations a change would break, and whose they are', async () => {
    const { operations } = await check(sdl.replace('pages: Int', ''));
    expect(operations.broken.map(({ name }) => name).sort()).toEqual(['Page', 'Two']);
    expect(operations.broken.find(({ name }) => name === 'Page')).toMatchObject({
      reasons: ['Cannot query field "pages" on type "Book".'],
      calls: 3,
      clients: [
        { name: 'web', version: '1.0', calls: 2 },
        { name: 'app', version: '2', calls: 1 },
      ],
    });
  });

  test('sees what only variables used, and what still validates but is answered otherwise', async () => {
    const named = async (changed: string) =>
      (await check(changed)).operations.broken.map(({ name }) => name).sort();
    expect(await named(sdl.replace('author: String', ''))).toEqual(['Filtered']);
    expect(await named(sdl.replace('enum Sort { TITLE PAGES }', 'enum Sort { TITLE }'))).toEqual([
      'Filtered',
    ]);
    expect(await named(sdl.replace('legacy: Int', 'legacy: Int  must: Int!'))).toEqual(['Filtered']);
    expect(await named(sdl.replace('pages: Int', 'pages: String'))).toEqual(['Page', 'Two']);
  });

  test('finds nothing where nobody asked for what changes', async () => {
    const { operations, changes } = await check(sdl.replace('legacy: Int', ''));
    expect(changes).toContainEqual({ severity: 'BREAKING' });
    expect(operations.broken).toEqual([]);
  });
});

describe('a store of usage that cannot be opened', () => {
  test('costs no request; what was counted meanwhile is there when it can', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sluice-usage-away-'));
    const inTheWay = ['usage.db', 'explain.db'].map((file) => join(folder, '.sluice', file));
    for (const path of inTheWay) await mkdir(path, { recursive: true });
    const settings = { explain: { sample: 1 }, analytics: { interval: '100ms' } };
    const alone = await startTestGateway({ subgraphs: [books], folder, settings });
    try {
      for (let count = 0; count < 20; count += 1) {
        const { status, body } = await alone.query('query Away { book(id: "1") { title } }');
        expect([status, body]).toEqual([200, { data: { book: { title: 'Emma' } } }]);
      }
      await eventually(() => (alone.logText().includes('it waits in memory') ? true : null));
      for (const path of inTheWay) await rmdir(path);
      const calls = await eventually(async () => {
        const asked = '{ usage { operation(id: "Away") { now { calls } } } }';
        const told = await askAdmin<{ usage: { operation: Counts | null } }>(alone, asked).catch(() => null);
        return told?.usage.operation?.now.calls ?? null;
      });
      expect(calls).toBe(20);
    } finally {
      await alone.stop();
      await rm(folder, { recursive: true });
    }
  });
});
