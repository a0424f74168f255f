import type { BadCase, Expected } from './badCase.ts';
import { exchange, refused } from './rawPost.ts';
import type { Reply, Target } from './target.ts';

/** A target as it stands on the wire: clients of HTTP tidy up before they send. */
const get = (target: Target, path: string, method = 'GET') =>
  exchange(target, [`${method} ${path} HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\n\r\n`]);

const send =
  (body: string | Buffer, headers: Record<string, string> = {}) =>
  (target: Target) =>
    target.send('POST', {
      path: '/rest/echo',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    });

/** A normal answer, and what its data is. */
function answered(data: unknown): Expected {
  return {
    status: 200,
    check(reply: Reply | null) {
      const found = reply?.body ?? '';
      if (found !== JSON.stringify(data)) throw new Error(`Found ${found.slice(0, 200)}`);
    },
  };
}

const echoed = (given: Record<string, unknown>) => answered({ echo: JSON.stringify(given) });
const person = (id: string) => answered({ person: { id } });
const notFound = refused(404, 'NOT_FOUND');
const bad = refused(400, 'BAD_REQUEST');
const unfit = refused(400, 'BAD_USER_INPUT');

const paths: readonly (readonly [title: string, path: string, expected: Expected])[] = [
  ['up and out of the prefix', '/rest/../graphql?query={__typename}', notFound],
  ['up, within it', '/rest/people/../echo', notFound],
  ['up, where a value stands', '/rest/people/..', bad],
  ['up, as an escape', '/rest/people/%2e%2e', bad],
  ['up, half as an escape', '/rest/people/.%2E', bad],
  ['dots within a value', '/rest/people/..a..', person('..a..')],
  ['an escaped slash, which is no slash of the path', '/rest/people/a%2fb', person('a/b')],
  ['an escaped way up, which is a value', '/rest/people/..%2f..%2fgraphql', person('../../graphql')],
  ['escapes escaped: decoded once', '/rest/people/%252e%252e%252f', person('%2e%2e%2f')],
  ['an escaped question mark', '/rest/people/a%3Fid=b', person('a?id=b')],
  ['a backslash', '/rest/people/..\\echo', person('..\\echo')],
  ['a matrix parameter', '/rest/people/1;id=2', person('1;id=2')],
  ['a plus, which is a plus in a path', '/rest/people/a+b', person('a+b')],
  ['a literal written in escapes', '/rest/%65cho', notFound],
  ['a literal in other letters', '/rest/ECHO', notFound],
  ['an empty value', '/rest/people/', notFound],
  ['two slashes', '/rest//people/1', notFound],
  ['a slash at the end', '/rest/people/1/', notFound],
  ['the prefix alone', '/rest', notFound],
  ['the prefix as the beginning of a word', '/restless/people/1', notFound],
  ['an absolute URL', 'http://evil.example/rest/people/1', notFound],
  ['bytes that are not UTF-8', '/rest/people/%ff%fe', bad],
  ['a surrogate as UTF-8', '/rest/people/%ed%a0%80', bad],
  ['an overlong slash', '/rest/people/%c0%af', bad],
  ['half an escape', '/rest/people/%4', bad],
  ['an escape of no hex', '/rest/people/%zz', bad],
  ['NUL', '/rest/people/1%00', bad],
  ['a line end', '/rest/people/1%0d%0aset-cookie:a=b', bad],
  ['the name of the prototype', '/rest/people/__proto__', person('__proto__')],
  ['what objects inherit', '/rest/constructor', notFound],
  ['what objects inherit, as a value', '/rest/people/hasOwnProperty', person('hasOwnProperty')],
  ['an overlong path', `/rest/people/${'x'.repeat(5000)}`, refused(414, 'BAD_REQUEST')],
  ['a path of a thousand parts', `/rest${'/a'.repeat(1000)}`, notFound],
  ['a parameter of 1 MB', `/rest/echo?text=${'x'.repeat(1_000_000)}`, refused(431, 'HEADERS_TOO_LARGE')],
];

const queries: readonly (readonly [title: string, query: string, expected: Expected])[] = [
  ['twice the same parameter', 'text=a&text=b', bad],
  ['twice, once in escapes', 'text=a&%74ext=b', bad],
  [
    'one nobody knows',
    'nothing=1',
    { ...bad, message: /"nothing" is not known here; allowed: text, id, int, float\./ },
  ],
  ['one that belongs to the other door', 'query={__typename}', bad],
  ['brackets of other frameworks', 'text[]=a', bad],
  ['an object of other frameworks', 'text[a]=b', bad],
  ['the name of the prototype', '__proto__=1', bad],
  ['what objects inherit', 'constructor=1&toString=2', bad],
  ['an empty name', '=a', bad],
  ['a name of 20 KB', `${'n'.repeat(20_000)}=1`, bad],
  ['a thousand and one', `${'text=a&'.repeat(1001)}`, bad],
  ['a value that is not UTF-8', 'text=%ff', bad],
  ['half an escape', 'text=100%', bad],
  ['an equals sign in a value', 'text=a=b', echoed({ text: 'a=b' })],
  ['separators without anything', '&&text=a&&', echoed({ text: 'a' })],
  ['a value that is nothing', 'text=', echoed({ text: '' })],
  ['a value without its sign', 'text', echoed({ text: '' })],
  ['a semicolon, which separates nothing', 'text=a;int=1', echoed({ text: 'a;int=1' })],
  ['null as a word', 'text=null', echoed({ text: 'null' })],
  ['a number over 32 bits', 'int=9999999999', unfit],
  ['a number in words', 'int=one', unfit],
  ['a number with a blank', 'int=+1', unfit],
  ['a number that is none', 'float=NaN', unfit],
  ['infinity', 'float=Infinity', unfit],
  ['a number beyond all', 'float=1e400', unfit],
  ['an array where a number is', 'int=[1]', unfit],
];

const bodies: readonly (readonly [title: string, body: string | Buffer, expected: Expected])[] = [
  ['a list', '[]', bad],
  ['null', 'null', bad],
  ['a text', '"text"', bad],
  ['nothing', '', bad],
  ['half of it', '{"text":"a"', bad],
  ['no UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), bad],
  ['a member twice', '{"text":"a","text":"b"}', bad],
  ['a member that is no variable', '{"query":"{ __typename }"}', bad],
  ['a member of another type', '{"text":5}', unfit],
  ['a number that would be rounded', '{"constructor":9007199254740993}', unfit],
  ['nested without end', `{"text":${'['.repeat(100_000)}${']'.repeat(100_000)}}`, bad],
  [
    'prototype names for variables of that name',
    '{"__proto__":"p","constructor":3}',
    echoed({ id: 'p', int: 3 }),
  ],
  ['an object for the prototype', '{"__proto__":{"polluted":true}}', unfit],
  ['what objects inherit', '{"toString":1}', bad],
  ['a parameter of 1 MB', `{"text":"${'x'.repeat(1_000_000)}"}`, echoed({ text: 'x'.repeat(1_000_000) })],
  ['3 MB', `{"text":"${'x'.repeat(3_000_000)}"}`, refused(413, 'BODY_TOO_LARGE')],
];

const types = [
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'application/xml',
];

/** Requests to routes of trusted documents. */
export const restCases: readonly BadCase[] = [
  ...paths.map(
    ([title, path, expected]): BadCase => ({
      id: 'R1',
      title: `a path: ${title}`,
      gateway: 'rest',
      send: (target) => get(target, path),
      expect: expected,
    }),
  ),
  ...queries.map(
    ([title, query, expected]): BadCase => ({
      id: 'R2',
      title: `a query string: ${title}`,
      gateway: 'rest',
      send: (target) => get(target, `/rest/echo?${query}`),
      expect: expected,
    }),
  ),
  ...bodies.map(
    ([title, body, expected]): BadCase => ({
      id: 'R3',
      title: `a body: ${title}`,
      gateway: 'rest',
      send: send(body),
      expect: expected,
    }),
  ),
  ...types.map(
    (type): BadCase => ({
      id: 'R4',
      title: `a body of type ${type}`,
      gateway: 'rest',
      send: send('{"text":"a"}', { 'content-type': type }),
      expect: refused(415, 'UNSUPPORTED_MEDIA_TYPE'),
    }),
  ),
  ...['POST', 'PATCH', 'DELETE', 'TRACE', 'CONNECT-ME', 'get'].map(
    (method): BadCase => ({
      id: 'R5',
      title: `${method} where GET and PUT are`,
      gateway: 'rest',
      send: (target) => get(target, '/rest/people/1', method),
      expect:
        method === 'CONNECT-ME' || method === 'get'
          ? bad
          : { ...refused(405, 'METHOD_NOT_ALLOWED'), headers: { allow: 'GET, HEAD, PUT' } },
    }),
  ),
  {
    id: 'R6',
    title: 'more list items than anybody wants',
    gateway: 'rest',
    send: (target) => get(target, `/rest/sum?${'numbers=1&'.repeat(900)}`),
    expect: answered({ sum: 900 }),
  },
  {
    id: 'R7',
    title: 'an Accept that no route can write',
    gateway: 'rest',
    send: (target) => target.send('GET', { path: '/rest/echo', headers: { accept: 'text/html' } }),
    expect: refused(406, 'NOT_ACCEPTABLE'),
  },
];
