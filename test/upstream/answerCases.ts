import { gzipSync } from 'node:zlib';
import { httpResponse } from './misbehavingSubgraph.ts';
import {
  answering,
  asNamed,
  canaries,
  goodText,
  type MisbehaviourCase,
  malformed,
  reported,
  unavailable,
} from './misbehaviourCase.ts';

const html = { 'content-type': 'text/html; charset=utf-8' };
const page = `<html><h1>Error</h1><pre>${canaries.body} at Server.work (/srv/app/server.js:1:1)</pre></html>`;

const statuses: MisbehaviourCase[] = [
  {
    title: '500 with a page',
    misbehave: answering(page, { status: '500 Oops', headers: html }),
    errors: [malformed],
  },
  {
    title: '500 with an object that is no result',
    misbehave: answering(`{"error":"${canaries.body}"}`, { status: '500 Oops' }),
    errors: [unavailable],
  },
  {
    title: '400 with an object that is no result',
    misbehave: answering(`{"error":"${canaries.body}"}`, { status: '400 Bad Request' }),
    errors: [malformed],
  },
  {
    title: '429 and when to come back',
    misbehave: answering(page, { status: '429 Too Many Requests', headers: { ...html, 'retry-after': '1' } }),
    errors: [malformed],
  },
  ...['502 Bad Gateway', '503 Service Unavailable', '504 Gateway Timeout'].map((status) => ({
    title: `${status} of a proxy`,
    misbehave: answering(page, { status, headers: { ...html, 'retry-after': '1' } }),
    errors: [unavailable],
  })),
  {
    title: '503 of a proxy that says JSON',
    misbehave: answering(page, { status: '503 Service Unavailable' }),
    errors: [unavailable],
  },
].map((given) => ({ row: 'S6', ...given }));

const withErrors: MisbehaviourCase[] = ['500 Oops', '400 Bad Request', '422 No', '200 OK'].map((status) => ({
  row: 'S7',
  title: `${status} with GraphQL errors`,
  misbehave: answering(
    JSON.stringify({
      data: { word: null },
      errors: [
        {
          message: 'No such word',
          path: ['word'],
          locations: [{ line: 1, column: 1 }],
          extensions: { code: 'NO_WORD', stacktrace: [canaries.body], http: { status: 500 } },
          stack: canaries.body,
        },
      ],
    }),
    { status },
  ),
  errors: [reported('No such word', ['word'], 'NO_WORD')],
}));

function notResults(cases: readonly MisbehaviourCase[]): readonly MisbehaviourCase[] {
  return cases.map((given) => ({ ...given, errors: [malformed] }));
}

const noJson: readonly MisbehaviourCase[] = notResults([
  { row: 'S8', title: '200 with a page', misbehave: answering(page, { headers: html }) },
  { row: 'S8', title: '200 with JSON called text', misbehave: answering(goodText, { headers: html }) },
  {
    row: 'S8',
    title: '200 without a type',
    misbehave: answering(goodText, { headers: { 'content-type': null } }),
  },
  { row: 'S8', title: '200 with nothing', misbehave: answering('') },
  { row: 'S8', title: '204', misbehave: answering('', { status: '204 No Content' }) },
  { row: 'S9', title: 'no JSON', misbehave: answering(canaries.body) },
  { row: 'S9', title: 'JSON that ends too early', misbehave: answering('{"data":{"word":"x"') },
  { row: 'S9', title: 'two results', misbehave: answering(goodText + goodText) },
  { row: 'S9', title: 'a result for each line', misbehave: answering(`${goodText}\n${goodText}`) },
  { row: 'S9', title: 'a byte order mark', misbehave: answering(`\ufeff${goodText}`) },
  { row: 'S9', title: 'NaN', misbehave: answering('{"data":{"word":NaN}}') },
  {
    row: 'S9',
    title: 'UTF-16',
    misbehave: (socket) => void socket.write(httpResponse(Buffer.from(goodText, 'utf16le'))),
  },
  {
    row: 'S9',
    title: 'bytes that are no UTF-8 in a string',
    misbehave: (socket, request) =>
      void socket.write(
        httpResponse(Buffer.from(asNamed('{"data":{"word":"\xff\xfe"}}', request), 'latin1')),
      ),
  },
  {
    row: 'S9',
    title: 'a surrogate encoded as if it were a character',
    misbehave: (socket, request) =>
      void socket.write(
        httpResponse(Buffer.from(asNamed('{"data":{"word":"\xed\xa0\x80"}}', request), 'latin1')),
      ),
  },
  {
    row: 'S11',
    title: 'says gzip and is none',
    misbehave: answering(goodText, { headers: { 'content-encoding': 'gzip' } }),
  },
  {
    row: 'S11',
    title: 'gzip that ends too early',
    misbehave: (socket) =>
      void socket.write(
        httpResponse(gzipSync(goodText).subarray(0, -9), { headers: { 'content-encoding': 'gzip' } }),
      ),
  },
  {
    row: 'S11',
    title: 'gzip with something after it',
    misbehave: (socket) =>
      void socket.write(
        httpResponse(Buffer.concat([gzipSync(goodText), Buffer.from('more')]), {
          headers: { 'content-encoding': 'gzip' },
        }),
      ),
  },
  ...['gzip, gzip', `${'gzip,'.repeat(999)}gzip`, 'compress', '__proto__', 'constructor', ''].map(
    (encoding) => ({
      row: 'S11',
      title: `the encoding ${encoding.slice(0, 20)}`,
      misbehave: answering(goodText, { headers: { 'content-encoding': encoding } }),
    }),
  ),
]);

const outlines: MisbehaviourCase[] = [
  '{}',
  'null',
  '"x"',
  '[{"data":{"word":"x"}}]',
  '{"data":null}',
  '{"data":null,"errors":null}',
  '{"data":null,"errors":[]}',
  '{"errors":[]}',
  '{"errors":{"message":"x"}}',
  '{"errors":"x"}',
  '{"data":{"word":"x"},"errors":{"0":{"message":"x"},"length":1}}',
  '{"data":[]}',
  '{"data":"x"}',
  '{"data":0}',
  '{"data":false,"errors":[{"message":"x"}]}',
].map((text) => ({ row: 'S12', title: text, misbehave: answering(text), errors: [malformed] }));

const unknownError = reported('The subgraph reported an error.');
const lessStrange: MisbehaviourCase[] = [
  { row: 'S12', title: '{"data":{},"errors":null}', misbehave: answering('{"data":{},"errors":null}') },
  {
    row: 'S12',
    title: 'errors that are none',
    misbehave: answering('{"data":{},"errors":[null,1,"x",{},{"message":5,"extensions":"x"}]}'),
    errors: Array(5).fill(unknownError),
  },
  {
    row: 'S12',
    title: 'more in the result than there should be',
    misbehave: answering('{"data":{"word":"good"},"extensions":{"x":1},"hasNext":true,"incremental":[]}'),
    data: { word: 'good' },
  },
  {
    row: 'S13',
    title: 'errors without data',
    misbehave: answering('{"errors":[{"message":"No"}]}'),
    errors: [reported('No')],
  },
  {
    row: 'S13',
    title: 'errors without data, at places',
    query: '{ inner { sure other } word number }',
    misbehave: answering(
      '{"errors":[{"message":"a","path":["inner","other"]},{"message":"b","path":["word"]}]}',
    ),
    data: { inner: null, word: null },
    errors: [reported('a', ['inner', 'other']), reported('b', ['word'])],
  },
  {
    row: 'S13',
    title: 'an error and data for the other fields',
    query: '{ inner { sure other } word number }',
    misbehave: answering('{"data":{"inner":null,"word":"good"},"errors":[{"message":"a","path":["inner"]}]}'),
    data: { inner: null, word: 'good' },
    errors: [reported('a', ['inner'])],
  },
];

const redirects: MisbehaviourCase[] = [301, 302, 303, 307, 308].map((status) => ({
  row: 'S22',
  title: `${status} to where clouds keep credentials`,
  misbehave: answering(goodText, {
    status: `${status} Elsewhere`,
    headers: { location: 'http://169.254.169.254/latest/meta-data/' },
  }),
  errors: [malformed],
}));

/** What it answers is no GraphQL result, or one that holds errors. */
export const answerCases: readonly MisbehaviourCase[] = [
  ...statuses,
  ...withErrors,
  ...noJson,
  ...outlines,
  ...lessStrange,
  ...redirects,
];
