import type { ServerResponse } from 'node:http';
import { eventually } from '../support/adminClient.ts';
import type { TestSubgraph } from '../support/startSubgraph.ts';
import type { BadCase } from './badCase.ts';
import { canaries, type Target } from './target.ts';

const query = '{ person(id: 1) { name pets { name } } }';
const body = JSON.stringify({ query });
const post = `POST /graphql HTTP/1.1\r\nHost: gateway\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

/** Holds the calls to a subgraph; gives how many came, and how many of those were given up. */
function hold(subgraph: TestSubgraph) {
  const held: ServerResponse[] = [];
  const seen = { calls: 0, aborted: 0 };
  subgraph.intercept((response) => {
    seen.calls += 1;
    held.push(response);
    response.once('close', () => {
      if (!response.writableFinished) seen.aborted += 1;
    });
  });
  return seen;
}

/** Sends `requests` on one connection, leaves as soon as the subgraph is asked, and waits for the calls to end. */
async function leave(target: Target, { requests }: { requests: number }): Promise<null> {
  const seen = hold(target.pets);
  const connection = await target.raw();
  connection.write(post.repeat(requests));
  await eventually(() => (seen.calls === requests ? true : null));
  const leftMs = performance.now();
  connection.destroy();
  await eventually(() => (seen.aborted === requests ? true : null));
  target.pets.intercept(null);
  const afterMs = performance.now() - leftMs;
  if (afterMs > 500) throw new Error(`The calls went on for ${afterMs} ms`);
  return null;
}

const gone = { status: null, logged: { status: 499, clientGone: true } };

const leaving: BadCase[] = [
  {
    id: 'H20',
    title: 'a client that leaves before its answer: the call to the subgraph is given up',
    send: (target) => leave(target, { requests: 1 }),
    expect: gone,
  },
  {
    id: 'H20',
    title: 'a client that leaves with five requests on its connection: all calls are given up',
    send: (target) => leave(target, { requests: 5 }),
    expect: { ...gone, lines: 5 },
  },
  {
    id: 'H20',
    title: 'a client that leaves while its body is on its way',
    async send(target) {
      const connection = await target.raw();
      connection.write(post.slice(0, -5));
      await new Promise((resolve) => setTimeout(resolve, 50));
      connection.destroy();
      return null;
    },
    // Its system may still have said "end" before "gone": then it is a body that is too short.
    expect: { status: null },
  },
];

/** What the subgraph `pets` does in place of an answer, and the code its fields' error has. */
const subgraphFaults: readonly (readonly [
  title: string,
  code: string,
  answer: (response: ServerResponse) => void,
])[] = [
  ['breaks the connection', 'SUBGRAPH_UNREACHABLE', (response) => response.destroy()],
  ['never answers', 'SUBGRAPH_TIMEOUT', () => undefined],
  [
    'begins to answer and stops',
    'SUBGRAPH_TIMEOUT',
    (response) => response.writeHead(200, { 'content-type': 'application/json' }).write('{"data":'),
  ],
  [
    'breaks off in its body',
    'SUBGRAPH_UNREACHABLE',
    (response) => {
      response
        .writeHead(200, { 'content-type': 'application/json', 'content-length': '100' })
        .write('{"data":');
      setTimeout(() => response.destroy(), 20);
    },
  ],
  [
    'answers 500 with a page',
    'SUBGRAPH_MALFORMED_RESPONSE',
    (response) => response.writeHead(500, { 'content-type': 'text/html' }).end(`<h1>${canaries.body}</h1>`),
  ],
  [
    'answers 503 with a page',
    'SUBGRAPH_UNREACHABLE',
    (response) => response.writeHead(503, { 'content-type': 'text/html' }).end(canaries.body),
  ],
  [
    'redirects',
    'SUBGRAPH_MALFORMED_RESPONSE',
    (response) => response.writeHead(302, { location: `http://127.0.0.1:1/${canaries.path}` }).end(),
  ],
  [
    'answers broken JSON',
    'SUBGRAPH_MALFORMED_RESPONSE',
    (response) => response.writeHead(200, { 'content-type': 'application/json' }).end(`{"${canaries.body}`),
  ],
  [
    'answers with too few entities',
    'INTERNAL_SERVER_ERROR',
    (response) => json(response, { data: { _entities: [] } }),
  ],
  [
    'answers with entities that are no list',
    'INTERNAL_SERVER_ERROR',
    (response) => json(response, { data: { _entities: { length: 1, 0: canaries.body } } }),
  ],
  [
    'answers an error with a stack',
    'MADE\r\nUP',
    (response) =>
      json(response, {
        data: { _entities: [null] },
        errors: [
          {
            message: 'It failed',
            path: ['_entities', 0, 'pets'],
            extensions: {
              code: 'MADE\r\nUP',
              stacktrace: [canaries.stack],
              exception: { stack: canaries.stack },
            },
          },
        ],
      }),
  ],
  [
    'answers an error that points anywhere',
    'SUBGRAPH_ERROR',
    (response) =>
      json(response, {
        data: { _entities: [null] },
        errors: [{ message: 'x', path: ['__proto__', -1, { a: 1 }] }],
      }),
  ],
];

function json(response: ServerResponse, answer: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
}

const failing: BadCase[] = subgraphFaults.map(([title, code, answer]) => ({
  id: 'P22',
  title: `a subgraph that ${title}: its fields are null, with one error`,
  async send(target) {
    target.pets.intercept(answer);
    const reply = await target.post(body);
    target.pets.intercept(null);
    return reply;
  },
  expect: {
    status: 200,
    logged: { codes: [code.replace('\r\n', '\\u000d\\u000a')] },
    check(reply) {
      const result = JSON.parse(reply?.body ?? '') as {
        data: unknown;
        errors: { extensions: { code: string } }[];
      };
      if (JSON.stringify(result.data) !== '{"person":{"name":"Person 1","pets":null}}')
        throw new Error(reply?.body);
      if (result.errors.map(({ extensions }) => extensions.code).join() !== code)
        throw new Error(reply?.body);
    },
  },
}));

const throwing: BadCase = {
  id: 'P22',
  title: 'a resolver of a subgraph that throws: its field is null, the others are answered',
  send: (target) => target.post({ query: '{ faulty person(id: 1) { name } }' }),
  expect: {
    status: 200,
    check(reply) {
      const { data } = JSON.parse(reply?.body ?? '') as { data: unknown };
      if (JSON.stringify(data) !== '{"faulty":null,"person":{"name":"Person 1"}}')
        throw new Error(reply?.body);
    },
  },
};

export const lifecycleCases: readonly BadCase[] = [...leaving, ...failing, throwing];
