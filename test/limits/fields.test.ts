import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '../support/adminClient.ts';
import { headerIdentity, sessionHeader } from '../support/headerIdentity.ts';
import { startSubgraph, type TestSubgraph } from '../support/startSubgraph.ts';
import { startTestGateway, type TestGateway, writeSettings } from '../support/startTestGateway.ts';

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
  directive @rateLimit(max: Int, window: String, message: String, identityArgs: [String], arrayLengthField: String,
    readOnly: Boolean, uncountRejected: Boolean) on FIELD_DEFINITION\n`;
const plain = `
  type Query { word: String named: Named thing: Thing by(input: By, other: ID): String strict: String closed: String }
  type Mutation { login(name: String): String send(to: [ID!]): String peek: String }
  interface Named { name: String }
  type Person implements Named { name: String }
  type Place implements Named { name: String }
  union Thing = Person | Place
  input By { id: ID }
`;
const limited = plain
  .replace(
    'login(name: String): String',
    'login(name: String): String @rateLimit(max: 5, window: "1h", message: "Too many logins.")',
  )
  .replace(
    'send(to: [ID!]): String',
    'send(to: [ID!]): String @rateLimit(max: 4, window: "1h", arrayLengthField: "to")',
  )
  .replace('peek: String', 'peek: String @rateLimit(max: 1, window: "1h", readOnly: true)')
  .replace(
    'Person implements Named { name: String }',
    'Person implements Named { name: String @rateLimit(max: 2, window: "1h") }',
  )
  .replace(
    'other: ID): String',
    'other: ID): String @rateLimit(max: 1, window: "1h", identityArgs: ["input.id", "other"])',
  )
  .replace('strict: String', 'strict: String @rateLimit(window: "1h")')
  .replace('closed: String', 'closed: String @rateLimit(max: 0)');

describe('@rateLimit', () => {
  let words: TestSubgraph;
  let gateway: TestGateway;
  let caller = 0;

  const server = { trustedProxies: ['127.0.0.1'], batch: { max: 10 } };
  beforeAll(async () => {
    const answers = { login: () => 'in', send: () => 'sent', peek: () => 'seen' };
    words = await startSubgraph('words', {
      sdl: plain,
      resolvers: {
        Query: {
          word: () => 'said',
          named: () => ({ __typename: 'Person', name: 'Ann' }),
          thing: () => ({ __typename: 'Person', name: 'Ann' }),
          by: () => 'it',
          strict: () => 'yes',
        },
        Mutation: answers,
      },
    });
    gateway = await startTestGateway({
      subgraphs: [{ ...words, sdl: link + limited }],
      settings: { server },
      identity: headerIdentity,
    });
  });
  afterAll(async () => {
    await gateway.stop();
    await words.stop();
  });

  /** A caller of its own. */
  const nextAddress = () => {
    caller += 1;
    return `198.51.100.${caller}`;
  };
  const ask = async (
    query: string,
    { address, ...headers }: { address: string } & Record<string, string>,
    variables = {},
  ) => {
    const { body } = await gateway.query(query, {
      variables,
      headers: { 'x-forwarded-for': address, ...headers },
    });
    return body.errors?.[0]?.extensions.code ?? 'answered';
  };
  const askTimes = async (count: number, ...asked: Parameters<typeof ask>) => {
    const all: unknown[] = [];
    for (let at = 0; at < count; at += 1) all.push(await ask(...asked));
    return all.filter((code) => code === 'answered').length;
  };

  test('lets a field be asked for so often, and says so with its own message', async () => {
    const address = nextAddress();
    expect(await askTimes(5, 'mutation { login }', { address })).toBe(5);
    const { status, headers, body } = await gateway.query('mutation { login }', {
      headers: { 'x-forwarded-for': address },
    });
    expect([status, body.errors?.[0]?.message]).toEqual([429, 'Too many logins.']);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(3500);
    expect(await ask('{ word }', { address })).toBe('answered');
    expect(await ask('mutation { login }', { address: nextAddress() })).toBe('answered');
  });

  test('lets five of fifty at once through', async () => {
    const address = nextAddress();
    const all = await Promise.all(Array.from({ length: 50 }, () => ask('mutation { login }', { address })));
    expect(all.filter((code) => code === 'answered')).toHaveLength(5);
  });

  test('counts a hundred logins as a hundred, by aliases, in a batch, and through fragments (L6, V70)', async () => {
    const aliases = (count: number) => Array.from({ length: count }, (_, at) => `a${at}: login`).join(' ');
    expect(await ask(`mutation { ${aliases(6)} }`, { address: nextAddress() })).toBe('RATE_LIMITED');
    const address = nextAddress();
    expect(await ask(`mutation { ${aliases(3)} }`, { address })).toBe('answered');
    expect(await ask(`mutation { ${aliases(3)} }`, { address })).toBe('RATE_LIMITED');
    expect(
      await ask(
        'mutation { ...F } fragment F on Mutation { a: login b: login c: login ... { d: login e: login f: login } }',
        { address: nextAddress() },
      ),
    ).toBe('RATE_LIMITED');

    const before = words.received.length;
    const response = await fetch(gateway.endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': nextAddress() },
      body: JSON.stringify(Array.from({ length: 10 }, () => ({ query: 'mutation { login }' }))),
    });
    const results = (await response.json()) as { data?: unknown }[];
    expect(results.filter(({ data }) => data !== undefined)).toHaveLength(5);
    expect(words.received.length - before).toBe(5);
  });

  test('counts what is merged or not included once or not at all', async () => {
    const address = nextAddress();
    const query =
      'mutation ($no: Boolean!) { login login ... { login } a: login @include(if: $no) ...F @skip(if: true) } fragment F on Mutation { b: login }';
    expect(await askTimes(5, query, { address }, { no: false })).toBe(5);
    expect(await ask(query, { address }, { no: false })).toBe('RATE_LIMITED');
  });

  test('counts identified callers by session, wherever they are', async () => {
    const ann = sessionHeader({ subject: 'ann' });
    const address = nextAddress();
    expect(await askTimes(5, 'mutation { login }', { address, ...ann })).toBe(5);
    expect(await ask('mutation { login }', { address: nextAddress(), ...ann })).toBe('RATE_LIMITED');
    expect(await ask('mutation { login }', { address, ...sessionHeader({ subject: 'bob' }) })).toBe(
      'answered',
    );
  });

  test('counts a list argument by its length', async () => {
    const address = nextAddress();
    const query = 'mutation ($to: [ID!]) { send(to: $to) }';
    expect(await ask(query, { address }, { to: [1, 2, 3] })).toBe('answered');
    expect(await ask(query, { address }, { to: [1, 2] })).toBe('RATE_LIMITED');
    expect(await ask('mutation { send }', { address })).toBe('RATE_LIMITED'); // What was refused counted, too.
  });

  test('counts by arguments, none of which can be taken for another', async () => {
    const address = nextAddress();
    const query = 'query ($id: ID, $other: ID) { by(input: {id: $id}, other: $other) }';
    for (const variables of [
      { id: 'a:b', other: 'c' },
      { id: 'a', other: 'b:c' },
      { id: 'a' },
      { other: 'a' },
      {},
    ]) {
      expect(await ask(query, { address }, variables)).toBe('answered');
      expect(await ask(query, { address }, variables)).toBe('RATE_LIMITED');
    }
  });

  test.each([
    '{ named { name } }',
    '{ thing { ... on Named { name } } }',
    '{ thing { ... on Person { name } } }',
    '{ named { ... { n: name } } }',
  ])('holds however the field is reached: %s', async (query) => {
    const address = nextAddress();
    expect(await askTimes(3, query, { address })).toBe(2);
  });

  test('leaves alone what is not limited', async () => {
    expect(await askTimes(4, '{ thing { ... on Place { name } } }', { address: nextAddress() })).toBe(4);
  });

  test('takes five where nothing is said, and none where it says none', async () => {
    expect(await askTimes(7, '{ strict }', { address: nextAddress() })).toBe(5);
    expect(await ask('{ closed }', { address: nextAddress() })).toBe('RATE_LIMITED');
  });

  test('only looks where it only reads', async () => {
    expect(await askTimes(3, 'mutation { peek }', { address: nextAddress() })).toBe(3);
    expect(await ask('mutation { a: peek b: peek }', { address: nextAddress() })).toBe('RATE_LIMITED');
  });

  test('only notes, or does nothing, where that is set', async () => {
    const reconfigure = async (mode: string) =>
      gateway.reconfigure(
        await writeSettings(gateway.folder, {
          subgraphs: [{ ...words, sdl: link + limited }],
          settings: { server, limits: { fields: { mode } } },
        }),
      );
    const address = nextAddress();
    await reconfigure('log');
    const before = gateway.logged().length;
    expect(await askTimes(7, 'mutation { login }', { address })).toBe(7);
    const lines = await eventually(() => {
      const found = gateway
        .logged()
        .slice(before)
        .filter(({ msg }) => msg === 'request');
      return found.length === 7 ? found : null;
    });
    expect(lines.filter(({ wouldRefuse }) => String(wouldRefuse) === 'limits.fields')).toHaveLength(2);
    await reconfigure('off');
    expect(await ask('mutation { login }', { address })).toBe('answered');
    await reconfigure('enforce');
    expect(await ask('mutation { login }', { address })).toBe('RATE_LIMITED');
  });
});
