import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { SubgraphInput } from '../../src/model/registry.ts';
import { createRegistryFixture, edition, type OpenRegistry, subgraph } from './registryFixture.ts';

/** Cases P1 to P3: whatever is wrong with a subgraph, it is refused with its reason, and what is served stays. */
const fixture = createRegistryFixture();
let opened: OpenRegistry;

beforeAll(async () => {
  opened = await fixture.start({ options: { maxSdl: '64KB' } });
  await opened.registry.publish(
    [
      edition('good', 1),
      subgraph(
        'users',
        'type Query { user: User }\ntype User @key(fields: "id") { id: ID! name: String @shareable secret: String @authenticated }\nenum Level @tag(name: "x") { LOW HIGH }\ntype Levels { level: Level }',
      ),
      subgraph(
        'derivers',
        'type User @key(fields: "id") { id: ID! secret: String @external derived: Int @authenticated @requires(fields: "secret") }',
      ),
    ],
    { author: 'ann' },
  );
});
afterAll(() => fixture.end());

async function expectRefused(input: SubgraphInput, expected: object): Promise<void> {
  const { registry } = opened;
  const before = registry.current();
  const entries = await registry.history({ limit: 10 });
  await expect(registry.publish([input], { author: 'ann' })).rejects.toMatchObject(expected);
  expect(registry.current()).toBe(before);
  expect(await registry.history({ limit: 10 })).toEqual(entries);
}

const at = (line: number, column: number) => [{ subgraph: 'bad', line, column }];

describe('SDL that is not in order (P1)', () => {
  test.each([
    ['a syntax error', 'type Query {\n  a: Int', 'Expected Name, found <EOF>', at(3, 9)],
    ['an unknown type', 'type Query {\n  a: Missing\n}', 'Unknown type Missing', at(3, 6)],
    ['an unknown directive', 'type Query { a: Int @nope }', 'Unknown directive "@nope"', at(2, 21)],
    [
      'type __proto__',
      'type Query { a: Int }\ntype __proto__ { b: Int }',
      'must not begin with "__"',
      at(3, 6),
    ],
    ['a field __proto__', 'type Query { __proto__: Int }', 'must not begin with "__"', at(2, 14)],
    ['an argument __proto__', 'type Query { a(__proto__: Int): Int }', 'must not begin with "__"', at(2, 16)],
    ['an enum value __proto__', 'enum E { __proto__ }', 'must not begin with "__"', at(2, 10)],
    ['a directive @__x', 'directive @__x on FIELD', 'must not begin with "__"', at(2, 12)],
    ['names of supergraphs', 'scalar join__Graph', 'reserved for supergraphs', at(2, 8)],
    ['the same type twice', 'type Query { a: Int }\ntype Query { b: Int }', 'Query', undefined],
  ])('%s is refused with its place', async (_kind, sdl, message, places) => {
    await expectRefused(subgraph('bad', sdl), {
      code: 'COMPOSITION_FAILED',
      message: expect.stringContaining('The subgraphs do not compose: [bad] '),
      extensions: {
        errors: expect.arrayContaining([
          expect.objectContaining({
            code: 'INVALID_GRAPHQL',
            message: expect.stringContaining(message ?? '[bad] '),
            places: places ?? expect.anything(),
          }),
        ]),
      },
    });
  });

  test('an empty text is refused', async () => {
    await expectRefused({ ...subgraph('bad', ''), sdl: '' }, { code: 'COMPOSITION_FAILED' });
  });

  test('a composed supergraph is not taken for a subgraph', async () => {
    const sdl = opened.registry.current()?.sdl ?? '';
    await expectRefused(
      { ...subgraph('bad', ''), sdl },
      { code: 'COMPOSITION_FAILED', message: expect.stringContaining('This is a composed supergraph') },
    );
  });
});

describe('SDL that does not compose (P2)', () => {
  test.each([
    [
      'a field of another type',
      'type User @key(fields: "id") { id: ID! name: Int @shareable }',
      'FIELD_TYPE_MISMATCH',
    ],
    [
      'a field not meant to be shared',
      'type Query { user: User }\ntype User @key(fields: "id") { id: ID! }',
      'INVALID_FIELD_SHARING',
    ],
    [
      'a key of fields that are not there',
      'type User @key(fields: "nope") { id: ID! }',
      'KEY_INVALID_FIELDS',
    ],
    [
      'a key that leads nowhere',
      'type Query { x: User }\ntype User @key(fields: "mail") { mail: ID! }',
      'SATISFIABILITY_ERROR',
    ],
    ['a type of another kind', 'scalar User', 'TYPE_KIND_MISMATCH'],
    [
      '@requires of what is not external',
      'type User @key(fields: "id") { id: ID! mail: String @requires(fields: "nope") }',
      'REQUIRES_INVALID_FIELDS',
    ],
    [
      '@external that nobody has',
      'type User @key(fields: "id") { id: ID! nope: String @external x: Int @requires(fields: "nope") }',
      'EXTERNAL_MISSING_ON_BASE',
    ],
    [
      '@override from itself',
      'type User @key(fields: "id") { id: ID! name: String @override(from: "bad") }',
      'OVERRIDE_FROM_SELF_ERROR',
    ],
    [
      'a federation version that does not exist',
      'extend schema @link(url: "https://specs.apollo.dev/federation/v2.99")',
      'INVALID_LINK_DIRECTIVE_USAGE',
    ],
    [
      '@requires of a protected field',
      'type User @key(fields: "id") { id: ID! secret: String @external x: Int @requires(fields: "secret") }',
      'MISSING_TRANSITIVE_AUTH_REQUIREMENTS',
    ],
    [
      '@requires of what requires a protected field',
      'type User @key(fields: "id") { id: ID! derived: Int @external y: Int @requires(fields: "derived") }',
      'MISSING_TRANSITIVE_AUTH_REQUIREMENTS',
    ],
  ])('%s is refused with its code', async (_kind, sdl, code) => {
    await expectRefused(subgraph('bad', sdl), {
      code: 'COMPOSITION_FAILED',
      extensions: { errors: expect.arrayContaining([expect.objectContaining({ code })]) },
    });
  });
});

describe('inputs that nobody composes', () => {
  const good = edition('bad', 1);
  test.each([
    ['', 'is not allowed: a letter or a single _ first'],
    ['1st', 'is not allowed'],
    ['a b', 'is not allowed'],
    ['__proto__', 'is not allowed'],
    ['_', 'is not allowed'],
    ['a\r\n\u001b[31m', '"a\\r\\n\\u001b[31m" is not allowed'],
    ['x'.repeat(65), 'is not allowed'],
  ])('the name %j', async (name, message) => {
    await expectRefused(
      { ...good, name },
      { code: 'BAD_USER_INPUT', message: expect.stringContaining(message) },
    );
  });

  test.each([
    ['', 'is not an absolute URL'],
    ['/graphql', 'is not an absolute URL'],
    ['ftp://127.0.0.1/', 'has the scheme ftp:'],
    ['http://user:secret@127.0.0.1/', 'holds credentials'],
    ['http://169.254.169.254/latest', 'link-local or metadata address'],
    ['http://metadata.google.internal/', 'link-local or metadata address'],
  ])('the URL %j', async (url, message) => {
    await expectRefused(
      { ...good, url },
      { code: 'BAD_USER_INPUT', message: expect.stringContaining(message) },
    );
  });

  test('SDL over the limit', async () => {
    await expectRefused(
      { ...good, sdl: `"""${'x'.repeat(64 * 1024)}"""\n${good.sdl}` },
      {
        code: 'BODY_TOO_LARGE',
        status: 413,
        message: expect.stringMatching(/^The SDL of subgraph bad has \d+ bytes: 65536 are allowed$/),
      },
    );
  });

  test('no subgraph, or one twice', async () => {
    const { registry } = opened;
    await expect(registry.publish([], { author: 'ann' })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    await expect(registry.publish([good, good], { author: 'ann' })).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      message: 'Subgraph bad is given twice: once is allowed',
    });
  });

  test.each([
    [{ author: '' }, 'The author has 0 characters'],
    [{ author: 'a'.repeat(201) }, 'The author has 201 characters'],
    [{ author: 'ann', idempotencyKey: '' }, 'The idempotency key has 0 characters'],
    [{ author: 'ann', base: -1 }, 'The base -1 is no version'],
    [{ author: 'ann', base: 1.5 }, 'The base 1.5 is no version'],
    [{ author: 'ann', base: 99 }, 'There is no version 99 to base a change on: the newest is 1'],
  ])('terms %j', async (terms, message) => {
    await expect(opened.registry.publish([good], terms)).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      message: expect.stringContaining(message),
    });
  });
});

describe('what would cost too much (P3)', () => {
  const types = (count: number) =>
    Array.from(
      { length: count },
      (_, index) => `type T${index} @key(fields: "id") { id: ID! next: [T${(index * 7) % count}] }`,
    );
  const huge = (count: number) => subgraph('huge', `type Query { t: T0 }\n${types(count).join('\n')}`);

  test('takes no longer than it may, while the event loop goes on; the next publish is not touched', async () => {
    const { registry } = await fixture.start({ options: { composition: { timeout: '1s' } } });
    let turns = 0;
    const turning = setInterval(() => (turns += 1), 20);
    await expect(registry.publish([huge(6000)], { author: 'ann' })).rejects.toMatchObject({
      code: 'COMPOSITION_FAILED',
      message: 'Composition was ended: it took longer than 1 s',
    });
    clearInterval(turning);
    expect(turns).toBeGreaterThan(10);
    expect(await registry.publish([edition('cities', 1)], { author: 'ann' })).toMatchObject({ version: 1 });
  });

  test('takes no more memory than it may', async () => {
    const { registry } = await fixture.start({ options: { composition: { memory: '64MB' } } });
    await expect(registry.publish([huge(20_000)], { author: 'ann' })).rejects.toMatchObject({
      code: 'COMPOSITION_FAILED',
      message: 'Composition was ended: it took more memory than 64 MB',
    });
    expect(await registry.publish([edition('cities', 1)], { author: 'ann' })).toMatchObject({ version: 1 });
  });

  test.each([
    ['a list 10,000 deep', `type Query { a: ${'['.repeat(10_000)}Int${']'.repeat(10_000)} }`],
    [
      'an input value 10,000 deep',
      `type Query { a(b: Int = ${'['.repeat(10_000)}${']'.repeat(10_000)}): Int }`,
    ],
  ])('%s is composed or refused, and stops nothing', async (_kind, sdl) => {
    const { registry } = await fixture.start();
    await registry.publish([subgraph('deep', sdl)], { author: 'ann' }).catch((refusal) => {
      expect(refusal).toMatchObject({ code: 'COMPOSITION_FAILED' });
    });
    expect(await registry.publish([edition('cities', 1)], { author: 'ann' })).toMatchObject({
      changed: true,
    });
  });
});
