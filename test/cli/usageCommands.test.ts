import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Folder, type RunOptions, sluice, temporaryFolder } from '../support/sluiceProcess.ts';
import { startSubgraph, type TestSubgraph } from '../support/startSubgraph.ts';
import { startTestGateway, type TestGateway } from '../support/startTestGateway.ts';

const sdl = `
  type Query { book(id: ID!, by: Filter): Book  books(sort: Sort, first: Int): [Book!]!  unused: Int }
  type Book { id: ID! title: String pages: Int unused: Int }
  input Filter { author: String  legacy: Int }
  enum Sort { TITLE PAGES NOBODY }`;

let books: TestSubgraph;
let gateway: TestGateway;
let folder: Folder;
beforeAll(async () => {
  const book = { id: '1', title: 'Emma', pages: 400 };
  books = await startSubgraph('books', {
    sdl,
    resolvers: { Query: { book: () => book, books: () => [book] } },
  });
  [gateway, folder] = await Promise.all([startTestGateway({ subgraphs: [books] }), temporaryFolder()]);
  const asked: ReadonlyArray<readonly [query: string, client: string, variables?: object]> = [
    ['query Page { book(id: "1") { title pages } }', 'web'],
    ['query Page { book(id: "2") { title pages } }', 'web'],
    ['query Page { book(id: "3") { title pages } }', 'app'],
    ['query Shelf($sort: Sort) { books(sort: $sort) { title } }', 'web', { sort: 'PAGES' }],
    ['query Search($by: Filter) { book(id: "1", by: $by) { id } }', 'app', { by: { author: 'Austen' } }],
    ['query Wrong { book(id: "1") { nothing } }', 'app'],
  ];
  for (const [query, client, variables = {}] of asked)
    await gateway.query(query, {
      variables,
      headers: { 'apollographql-client-name': client, 'apollographql-client-version': '1.0' },
    });
});
afterAll(async () => {
  await gateway.stop();
  await Promise.all([books.stop(), folder.remove()]);
});

const run = (args: string[], options: RunOptions = {}) =>
  sluice([...args, '--admin', gateway.adminUrl], { cwd: folder.path, ...options });
const json = async (args: string[]) => JSON.parse((await run([...args, '--json'])).stdout) as never;

describe('sluice usage', () => {
  test('lists operations, the busiest first, also as JSON', async () => {
    const { status, stdout } = await run(['usage', '--since', '1h']);
    expect(status).toBe(0);
    expect(stdout).toMatch(
      /^OPERATION +ID +CALLS +CHANGE +ERRORS +P50 +P95 +P99 +COST\nPage +[0-9a-f]{12} +3 +new/,
    );
    expect(stdout).toContain('4 operations since ');
    expect(await json(['usage'])).toMatchObject({
      count: 4,
      rows: [{ name: 'Page', now: { calls: 3 } }, {}, {}, {}],
    });
  });

  test('tells of one operation its callers, fields, text and plan', async () => {
    const { stdout } = await run(['usage', 'Page']);
    expect(stdout).toMatch(/^query Page {2}[0-9a-f]{32}\n\nFirst asked .+, last .+\./);
    expect(stdout).toMatch(/CLIENT +CALLS.*\nweb 1\.0 +2 .*\napp 1\.0 +1 /);
    expect(stdout).toMatch(/SUBGRAPH +CALLS.*\nbooks +3 /);
    expect(stdout).toContain('Book.pages');
    expect(stdout).toContain('query Page {\n  book(id: "") {\n    pages\n    title\n  }\n}');
    expect(stdout).toContain('Fetch(service: "books")');
    expect(stdout).toMatch(/OVER TIME +CALLS +ERRORS +P95\n.+T.+Z +3 /);
    expect(await run(['usage', 'Nobody'])).toMatchObject({
      status: 1,
      stderr: 'sluice: No operation "Nobody" is known from the last 24h.\n',
    });
  });

  test('tells of one client and one subgraph what they asked and were asked', async () => {
    expect((await run(['usage', '--client', 'web'])).stdout).toMatch(
      /^web\n\n3 calls \(new\), no errors[\s\S]*Page +\S+ +2 /,
    );
    expect((await run(['usage', '--subgraph', 'books'])).stdout).toMatch(
      /^books\n\n5 calls \(new\)[\s\S]*Page +\S+ +3 /,
    );
    expect(await json(['usage', '--client', 'app'])).toMatchObject({ now: { calls: 3, errors: 1 } });
  });

  test('tells of a field who uses it, and that it cannot be sure of what it has not seen', async () => {
    const used = await run(['usage', '--field', 'Book.pages']);
    expect(used.stdout).toMatch(
      /^Book\.pages is in use: 1 of the operations asked since .*\n\n[\s\S]*Page +\S+ +web +1\.0 +2 /,
    );
    const unused = await run(['usage', '--field', 'Book.unused']);
    expect(unused.stdout).toMatch(
      /^Book\.unused may be in use: No operation .* but recording began only at .* It was never asked for\./,
    );
    expect(await json(['usage', '--field', 'Sort.PAGES'])).toMatchObject({ verdict: 'USED' });
  });

  test.each([
    [['usage', 'Page', '--client', 'web'], 'Ask about one thing'],
    [['usage', '--order', 'size'], '--order is "size"; allowed: calls'],
    [['usage', '--since', 'yesterday'], '--since'],
  ])('%j is wrong usage', async (args, sentence) => {
    const { status, stderr } = await run(args);
    expect([status, stderr]).toEqual([2, expect.stringContaining(sentence)]);
  });
});

describe('sluice limits suggest', () => {
  test('prints a section that can be used, with what each number comes from', async () => {
    const { status, stdout } = await run(['limits', 'suggest']);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^# From what was answered between \S+ and \S+: 5 calls of 3 operations\.\n/);
    expect(stdout).toMatch(/\n {4}depth: 3 +# 99 % of calls have at most 2, the most is 2\n/);
    expect(stdout).toMatch(/\n {4}tokens: 100 +# 99 % of calls have at most \d+, the most is \d+\n/);
    await folder.write('suggested.yaml', `subgraphs: {}\n${stdout}`);
    const check = await sluice(['config', 'check', '--config', 'suggested.yaml'], { cwd: folder.path });
    expect(check).toMatchObject({ status: 0, stderr: '' });
    expect(await json(['limits', 'suggest'])).toMatchObject({ calls: 5, operations: 3 });
  });
});

describe('sluice explain', () => {
  test('lists what was kept, and tells one by the id of its error', async () => {
    const { body } = await gateway.query('query Wrong { book(id: "1") { nothing } }');
    const id = String(body.errors?.[0]?.extensions.requestId);
    const told = await run(['explain', id]);
    expect(told.status).toBe(0);
    expect(told.stdout).toMatch(
      new RegExp(`^${id} {2}\\S+Z\n200 after [\\d.]+ ms, kept because it ended with errors`),
    );
    expect(told.stdout).toMatch(
      /ms {2}refusal +GRAPHQL_VALIDATION_FAILED: Cannot query field "nothing" on type "Book"\./,
    );
    expect((await run(['explain'])).stdout).toMatch(
      new RegExp(`^AT +REQUEST +WHY.*\n\\S+ +${id} +error +200 `),
    );
    expect(await json(['explain', id])).toMatchObject([
      { requestId: id, why: 'ERROR', decisions: [{ part: 'address' }, {}, {}, {}, {}] },
    ]);
    expect(await run(['explain', 'nobody'])).toMatchObject({
      status: 1,
      stdout: '',
      stderr: expect.stringContaining('No request "nobody" is known'),
    });
  });
});

describe('sluice check names what would break in practice:', () => {
  const check = async (changed: string) => {
    await folder.write('changed.graphql', books.sdl.replace(sdl, changed));
    return await run(['check', 'books', '--schema', 'changed.graphql']);
  };

  test.each([
    [
      'a field that goes',
      ['pages: Int unused', 'unused'],
      'Page',
      'Cannot query field "pages" on type "Book".',
    ],
    ['a field of another type', ['pages: Int', 'pages: String'], 'Page', "Field 'Book.pages' changed type"],
    [
      'an argument that has to be there',
      ['id: ID!, by', 'id: ID!, must: Int!, by'],
      'Page',
      'argument "must" of type "Int!" is required',
    ],
    ['an argument that goes', [', by: Filter', ''], 'Search', 'Unknown argument "by"'],
    ['an enum value in variables', ['TITLE PAGES', 'TITLE'], 'Shelf', "Enum value 'PAGES' was removed"],
    ['an input field in variables', ['author: String', ''], 'Search', "Input field 'author' was removed"],
    [
      'an input field that has to be there',
      ['legacy: Int', 'legacy: Int must: Int!'],
      'Search',
      "Input field 'must'",
    ],
    [
      'an input field of another type',
      ['author: String', 'author: [String!]!'],
      'Search',
      "Input field 'Filter.author' changed type",
    ],
    ['a list that becomes one', ['[Book!]!', 'Book'], 'Shelf', "Field 'Query.books' changed type"],
  ] as const)('%s', async (_what, [from, to], operation, reason) => {
    expect(sdl).toContain(from);
    const { status, stdout, stderr } = await check(sdl.replace(from, to));
    expect(status).toBe(1);
    expect(stdout).toMatch(new RegExp(`breaks +${operation} [0-9a-f]{12}, asked \\d times?, last \\S+Z`));
    expect(stdout).toContain(reason);
    expect(stdout).toMatch(/by (web|app) 1\.0: \d times?, last /);
    expect(stderr).toMatch(/books composes, but would break \d of 3 operations asked since/);
  });

  test.each([
    ['a field nobody asked for', ['title: String pages: Int unused: Int', 'title: String pages: Int']],
    ['a root field nobody asked for', ['unused: Int }\n  type Book', '}\n  type Book']],
    ['an enum value nobody sent', [' NOBODY', '']],
    ['an input field nobody sent', ['legacy: Int', '']],
    ['an argument nobody gave', [', first: Int', '']],
  ] as const)('nothing, for %s: safe in practice', async (_what, [from, to]) => {
    expect(sdl).toContain(from);
    const { status, stdout, stderr } = await check(sdl.replace(from, to));
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toContain('books is safe in practice: 1 breaking change');
    // Nobody would know of an operation that was asked before.
    expect(stdout).toContain('note       Operations are recorded only since ');
  });

  test('nothing, where nothing breaks', async () => {
    const { status, stdout } = await check(sdl.replace('title: String', 'title: String more: Int'));
    expect([status, stdout]).toEqual([
      0,
      expect.stringContaining('books can be published: 1 change, none breaking'),
    ]);
  });
});
