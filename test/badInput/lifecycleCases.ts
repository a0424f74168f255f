import type { ServerResponse } from 'node:http';
import { eventually } from '../support/adminClient.ts';
import type { TestSubgraph } from '../support/startSubgraph.ts';
import type { BadCase } from './badCase.ts';
import { canaries, type Target } from './target.ts';

/** A query that takes a call to each subgraph. */
const queryOf = (id: number) => JSON.stringify({ query: `{ person(id: ${id}) { name pets { name } } }` });
const body = queryOf(1);

function postOf(id: number): string {
  const head = ['Host: gateway', 'Content-Type: application/json', `Content-Length: ${queryOf(id).length}`];
  return `POST /graphql HTTP/1.1\r\n${head.join('\r\n')}\r\n\r\n${queryOf(id)}`;
}

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
  const answer = () => {
    for (const response of held) json(response, { data: { _entities: [{ pets: [{ name: 'Rex 1' }] }] } });
  };
  return { seen, answer };
}

/** Sends `requests` on one connection, leaves as soon as the subgraph is asked, and waits for the calls to end. */
async function leave(target: Target, { requests }: { requests: number }): Promise<null> {
  const { seen } = hold(target.pets);
  const connection = await target.raw();
  // Different ones: identical queries on their way share one call.
  connection.write(Array.from({ length: requests }, (_, id) => postOf(id)).join(''));
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
    title: 'a client that leaves a call that another one waits for as well: the other is answered',
    async send(target) {
      const { seen, answer } = hold(target.pets);
      const [leaver, stayer] = [await target.raw(), await target.raw()];
      leaver.write(postOf(1));
      stayer.write(postOf(1));
      await eventually(() => (seen.calls > 0 ? true : null));
      await new Promise((resolve) => setTimeout(resolve, 50));
      leaver.destroy();
      await eventually(() => (target.accessLines().at(-1)?.status === 499 ? true : null));
      answer();
      const [reply] = await stayer.responses(1);
      stayer.destroy();
      target.pets.intercept(null);
      return reply ?? null;
    },
    expect: { status: 200, data: { person: { name: 'Person 1', pets: [{ name: 'Rex 1' }] } }, lines: 2 },
  },
  {
    id: 'H20',
    title: 'a client that leaves while its body is on its way',
    async send(target) {
      const connection = await target.raw();
      connection.write(postOf(1).slice(0, -5));
      await new Promise((resolve) => setTimeout(resolve, 50));
      connection.destroy();
      return null;
    },
    // Its system may still have said "end" before "gone": then it is a body that is too short.
    expect: { status: null },
  },
];

/** The reference engine's own check of entities throws without a code. */
const unlike = ['SUBGRAPH_MALFORMED_RESPONSE', 'INTERNAL_SERVER_ERROR'];

/** What the subgraph `pets` does in place of an answer, and the code (or one of those) that its fields' error has. */
const subgraphFaults: readonly (readonly [
  title: string,
  codes: string | readonly string[],
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
  ['answers with too few entities', unlike, (response) => json(response, { data: { _entities: [] } })],
  [
    'answers with entities that are no list',
    unlike,
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

const failing: BadCase[] = subgraphFaults.map(([title, codes, answer]) => ({
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
    check(reply) {
      const result = JSON.parse(reply?.body ?? '') as {
        data: unknown;
        errors: { extensions: { code: string } }[];
      };
      if (JSON.stringify(result.data) !== '{"person":{"name":"Person 1","pets":null}}')
        throw new Error(reply?.body);
      const [code = '', ...more] = result.errors.map(({ extensions }) => extensions.code);
      if (more.length > 0 || ![codes].flat().includes(code)) throw new Error(reply?.body);
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
