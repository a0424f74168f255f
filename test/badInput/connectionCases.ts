import type { RawConnection } from '../support/rawConnection.ts';
import type { BadCase } from './badCase.ts';
import { exchange, person, postHead, query, refused, soundPost } from './rawPost.ts';
import type { Reply, Target } from './target.ts';

const crowd = 200;

/** Many connections that send a byte now and then, beside controls; gives one of the answers once all are ended. */
async function trickle(
  target: Target,
  { head, text }: { head: string; text: string },
): Promise<Reply | null> {
  const connections = await Promise.all(Array.from({ length: crowd }, () => target.raw()));
  for (const connection of connections) connection.write(head);
  let sent = 0;
  const trickling = setInterval(() => {
    for (const connection of connections) connection.write(text.charAt(sent) || 'x');
    sent += 1;
  }, 100);
  let done = false;
  const controlling = (async () => {
    while (!done) await target.control();
  })();
  const replies = await Promise.all(connections.map((connection) => connection.responses(1)));
  for (const connection of connections) connection.end();
  await Promise.all(connections.map(({ ended }) => ended));
  clearInterval(trickling);
  done = true;
  await controlling;
  for (const connection of connections) connection.destroy();
  const statuses = new Set(replies.map(([reply]) => reply?.status));
  if (statuses.size !== 1) throw new Error(`Different answers: ${[...statuses]}`);
  return replies[0]?.[0] ?? null;
}

const slow: BadCase[] = [
  {
    id: 'H16',
    title: `${crowd} connections that send their headers byte by byte`,
    send: (target) =>
      trickle(target, { head: '', text: 'POST /graphql HTTP/1.1\r\nHost: gateway\r\nX-Slow: ' }),
    expect: { ...refused(408, 'BODY_TIMEOUT'), headers: { connection: 'close' }, lines: crowd },
  },
  {
    id: 'H16',
    title: 'a connection that sends nothing at all is ended without a word, and is no request',
    async send(target) {
      const connection = await target.raw();
      await connection.ended;
      if (connection.text() !== '') throw new Error(connection.text());
      connection.destroy();
      return null;
    },
    expect: { status: null, lines: 0 },
  },
  {
    id: 'H17',
    title: `${crowd} connections that send their bodies byte by byte`,
    send: (target) => trickle(target, { head: postHead(['Content-Length: 100']), text: query }),
    expect: { ...refused(408, 'BODY_TIMEOUT'), headers: { connection: 'close' }, lines: crowd },
  },
];

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

const idle: BadCase = {
  id: 'H18',
  title: 'idle connections up to the limit: one more is refused, and none of them loses a request',
  gateway: 'few',
  async send(target) {
    await Promise.all([target.control(), target.control()]);
    const kept: RawConnection[] = [];
    for (let count = 0; count < 10; count += 1) {
      const connection = await target.raw();
      connection.write(soundPost);
      await connection.responses(1);
      kept.push(connection);
    }
    const silent = await Promise.all(Array.from({ length: 10 }, () => target.raw()));
    const refusedOne = await Promise.race([...silent.map(({ ended }) => ended.then(() => true)), pause(500)]);
    if (refusedOne !== true) throw new Error('None was refused');
    for (const connection of kept) connection.write(soundPost);
    const replies = await Promise.all(kept.map((connection) => connection.responses(2)));
    for (const connection of [...kept, ...silent]) connection.destroy();
    if (replies.some((pair) => pair[1]?.status !== 200)) throw new Error('A request was lost');
    return replies[0]?.[1] ?? null;
  },
  expect: { status: 200, data: person, lines: 20 },
};

const pipelined: BadCase[] = [
  {
    id: 'H19',
    title: '100 requests at once on one connection are answered in order',
    async send(target) {
      const connection = await target.raw();
      const ask = (id: number) => JSON.stringify({ query: `{ person(id: ${id}) { name } }` });
      const all = Array.from(
        { length: 100 },
        (_, id) => postHead([`Content-Length: ${ask(id).length}`]) + ask(id),
      );
      connection.write(all.join(''));
      const replies = await connection.responses(100);
      connection.destroy();
      replies.forEach(({ body }, id) => {
        if (body !== `{"data":{"person":{"name":"Person ${id}"}}}`)
          throw new Error(`${id} was answered ${body}`);
      });
      return replies[0] ?? null;
    },
    expect: { status: 200, data: { person: { name: 'Person 0' } }, lines: 100 },
  },
  {
    id: 'H19',
    title: 'a sound request before bytes that are none is answered first',
    async send(target) {
      const connection = await target.raw();
      connection.write(`${soundPost}XX`);
      const [first, second] = await connection.responses(2);
      await connection.ended;
      connection.destroy();
      if (second?.status !== 400) throw new Error(`The second answer is ${second?.status}`);
      return first ?? null;
    },
    expect: { status: 200, data: person, lines: 2 },
  },
  {
    id: 'H19',
    title: 'a refused body is read away, and the connection serves the next request',
    async send(target) {
      const connection = await target.raw();
      connection.write(postHead(['Content-Length: 30000']).replace('application/json', 'text/plain'));
      const [refusal] = await connection.responses(1);
      connection.write(`${'x'.repeat(30_000)}${soundPost}`);
      const [, next] = await connection.responses(2);
      connection.destroy();
      if (refusal?.status !== 415) throw new Error(`The refusal is ${refusal?.status}`);
      return next ?? null;
    },
    expect: { status: 200, data: person, lines: 2 },
  },
];

const addresses: BadCase[] = [
  {
    id: 'H21',
    title: 'X-Forwarded-For of a peer that is not trusted is not believed, and warned of',
    send: (target) => target.post(query, { 'x-forwarded-for': '10.1.1.1', forwarded: 'for=10.1.1.1' }),
    expect: {
      status: 200,
      data: person,
      logged: { address: '127.0.0.1' },
      check(_reply, target) {
        if (!target.logText().includes('a forwarded address was not believed')) throw new Error('No warning');
      },
    },
  },
  ...(
    [
      ['H21', 'the last address no proxy of ours wrote', '1.1.1.1, 203.0.113.7, 10.0.0.3', '203.0.113.7'],
      ['H21', 'an address that cannot be read is nobody', '203.0.113.7, evil, 10.0.0.3', ''],
      ['H21', 'empty elements of the list are none', '203.0.113.7, ,10.0.0.3,', '203.0.113.7'],
      ['H22', 'an IPv4 address inside IPv6', '::ffff:203.0.113.7', '203.0.113.7'],
      ['H22', 'the same in hexadecimal', '[::FFFF:cb00:7107]', '203.0.113.7'],
      ['H22', 'an address with a port', '203.0.113.7:4711', '203.0.113.7'],
      ['H22', 'an IPv6 address in brackets', '[2001:db8::1]:443', '2001:db8::1'],
      ['H22', 'an IPv6 address with a zone', 'fe80::1%eth0', 'fe80::1'],
    ] as const
  ).map(
    ([id, title, forwarded, address]): BadCase => ({
      id,
      title: `behind a proxy: ${title}`,
      gateway: 'proxied',
      // The other header is passed on by the proxy as its client wrote it.
      send: (target) => target.post(query, { 'x-forwarded-for': forwarded, forwarded: 'for=192.0.2.1' }),
      expect: { status: 200, data: person, logged: { address } },
    }),
  ),
  {
    id: 'H21',
    title: 'behind a proxy: a request id that could forge a line is replaced',
    gateway: 'proxied',
    send: (target) => target.post(query, { 'x-request-id': 'a b"c' }),
    expect: { status: 200, data: person },
  },
];

const hopByHop: BadCase = {
  id: 'H23',
  title: 'headers that Connection names, and look-alikes, do not reach subgraphs',
  gateway: 'proxied',
  async send(target) {
    target.people.received.length = 0;
    return exchange(
      target,
      [
        postHead([
          'Connection: X-User-Id, authorization, keep-alive',
          'X-User-Id: 1',
          'x_user_id: 2',
          'X-Kept: 3',
          `Content-Length: ${query.length}`,
        ]),
        query,
      ],
      { ends: false },
    );
  },
  expect: {
    status: 200,
    data: person,
    check(_reply, { people }) {
      const seen = people.received.map(({ headers: { 'x-kept': kept, ...others } }) => ({ kept, others }));
      const ours = seen.filter(({ kept }) => kept === '3').map(({ others }) => Object.keys(others));
      if (ours.length !== 1) throw new Error(`${ours.length} calls`);
      const leaked = ours[0]?.filter((name) => /user.id|authorization|cookie/.test(name));
      if (leaked?.length !== 0) throw new Error(`Subgraphs got ${leaked}`);
    },
  },
};

const targets: BadCase[] = [
  'GET http://evil.example/graphql?query={__typename} HTTP/1.1',
  'GET //evil.example/graphql?query={__typename} HTTP/1.1',
  'GET /\\evil.example/graphql HTTP/1.1',
  'GET /graphql/../console HTTP/1.1',
  'GET /console/..%2f..%2fetc/passwd HTTP/1.1',
  'GET /graphql/ HTTP/1.1',
  'GET /graphql%00 HTTP/1.1',
  'OPTIONS * HTTP/1.1',
].map((line) => ({
  id: 'H24',
  title: line,
  send: (target) =>
    exchange(target, [`${line}\r\nHost: evil.example\r\nApollo-Require-Preflight: 1\r\n\r\n`], {
      ends: false,
    }),
  expect: { ...refused(404, 'NOT_FOUND'), check: expectNothingOfEvil },
}));

const otherHost: BadCase = {
  id: 'H24',
  title: 'another Host changes nothing',
  send: (target) =>
    exchange(target, [soundPost.replace('Host: gateway', 'Host: evil.example')], { ends: false }),
  expect: { status: 200, data: person, check: expectNothingOfEvil },
};

function expectNothingOfEvil(reply: Reply | null): void {
  if (/evil|location/.test(JSON.stringify(reply))) throw new Error(JSON.stringify(reply));
}

/** What stands around a request: its connection, its neighbours on it, who it says it is from. */
export const connectionCases: readonly BadCase[] = [
  ...slow,
  idle,
  ...pipelined,
  ...addresses,
  hopByHop,
  ...targets,
  otherHost,
];
