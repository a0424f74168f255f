import { httpResponse, type Misbehave } from './misbehavingSubgraph.ts';
import {
  answering,
  asNamed,
  brokenOff,
  canaries,
  chunk,
  goodText,
  head,
  late,
  type MisbehaviourCase,
  malformed,
  type ToldError,
  unreachable,
} from './misbehaviourCase.ts';

/** Writes raw text, made from the good answer under the name it is asked for. */
function raw(write: (good: string) => string): Misbehave {
  return (socket, request) => void socket.write(write(asNamed(goodText, request)));
}

/** Writes a piece again and again until the connection is gone. */
function repeating(first: string, piece: string, everyMs: number): Misbehave {
  return (socket) => {
    socket.write(first);
    const timer = setInterval(() => socket.write(piece), everyMs);
    socket.once('close', () => clearInterval(timer));
  };
}

/** The same error for all, on connections that must not be used again. */
function ending(error: ToldError, cases: readonly MisbehaviourCase[]): readonly MisbehaviourCase[] {
  return cases.map((given) => ({ ...given, errors: [error], closes: true }));
}

function well(cases: readonly MisbehaviourCase[]): readonly MisbehaviourCase[] {
  return cases.map((given) => ({ ...given, data: { word: 'good' } }));
}

const begun = head(['content-length: 100']);
const length = (good: string) => `content-length: ${good.length}`;
const chunked = 'transfer-encoding: chunked';

const silence = ending(late, [
  { row: 'S2', title: 'accepts and never answers', misbehave: () => undefined },
  {
    row: 'S3',
    title: 'stops in the middle of its head',
    misbehave: raw(() => 'HTTP/1.1 200 OK\r\ncontent-ty'),
  },
  { row: 'S3', title: 'sends its head and then nothing', misbehave: raw(() => begun) },
  { row: 'S3', title: 'stops in the middle of its body', misbehave: raw(() => `${begun}{"data":`) },
  { row: 'S3', title: 'never ends a chunked body', misbehave: raw((good) => head([chunked]) + chunk(good)) },
  {
    row: 'S4',
    title: 'sends a byte now and then',
    misbehave: repeating(head(['content-length: 50000']), ' ', 20),
  },
  {
    row: 'S4',
    title: 'sends a chunk of one byte now and then',
    misbehave: repeating(head([chunked]), chunk(' '), 20),
  },
  {
    row: 'S4',
    title: 'sends a byte of its head now and then',
    misbehave: repeating('HTTP/1.1 200 OK\r\nx-slow: ', 'x', 20),
  },
  {
    row: null,
    title: 'sends the extension of a chunk without end',
    misbehave: repeating(`${head([chunked])}1;x=`, 'x'.repeat(100_000), 5),
  },
  {
    row: null,
    title: 'sends interim responses without end',
    misbehave: repeating('', 'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n'.repeat(100), 5),
  },
]);

const breaking = ending(unreachable, [
  { row: 'S5', title: 'resets before it answers', misbehave: (socket) => void socket.resetAndDestroy() },
  { row: 'S5', title: 'hangs up before it answers', misbehave: (socket) => void socket.destroy() },
  { row: 'S5', title: 'says that it will write no more', misbehave: (socket) => void socket.end() },
]);

const breakingLater = ending(brokenOff, [
  {
    row: 'S5',
    title: 'resets in the middle of its body',
    misbehave: (socket) =>
      void socket.write(`${begun}{"data":`, () => setTimeout(() => socket.resetAndDestroy(), 30)),
  },
  {
    row: 'S5',
    title: 'ends before its Content-Length',
    misbehave: (socket) => void socket.end(`${begun}{"data":`),
  },
  {
    row: 'S5',
    title: 'ends before its Content-Length, as it said it would',
    misbehave: (socket) => void socket.end(`${head(['content-length: 100', 'connection: close'])}{"data":`),
  },
  {
    row: 'S5',
    title: 'ends in the middle of a chunked body',
    misbehave: (socket) => void socket.end(head([chunked]) + chunk('{"data":')),
  },
  {
    row: null,
    title: 'sends more trailers than a head may have',
    misbehave: raw((good) => `${head([chunked])}${chunk(good)}0\r\n${'x-trailer: x\r\n'.repeat(10_000)}\r\n`),
  },
  {
    row: null,
    title: 'says another length in its trailers',
    misbehave: raw((good) => `${head([chunked])}${chunk(good)}0\r\ncontent-length: 1\r\n\r\n`),
  },
  { row: null, title: 'sends a chunk of a negative size', misbehave: raw(() => `${head([chunked])}-1\r\n`) },
]);

const noHttp = ending(malformed, [
  { row: null, title: 'speaks another protocol', misbehave: raw(() => 'SSH-2.0-OpenSSH_9.9\r\n') },
  {
    row: null,
    title: 'speaks HTTP/2',
    misbehave: (socket) => void socket.write(Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0])),
  },
  { row: null, title: 'answers without a head', misbehave: (socket) => void socket.end(goodText) },
  {
    row: null,
    title: 'says two lengths',
    misbehave: raw((good) => head([length(good), 'content-length: 5']) + good),
  },
  {
    row: null,
    title: 'says a length and sends chunks',
    misbehave: raw((good) => `${head([length(good), chunked])}${chunk(good)}0\r\n\r\n`),
  },
  {
    row: null,
    title: 'says a negative length',
    misbehave: raw((good) => head(['content-length: -1']) + good),
  },
  {
    row: null,
    title: 'folds a header, with a line break alone in it',
    misbehave: raw((good) => head(['x-folded: a\n b', length(good)]) + good),
  },
  {
    row: 'S22',
    title: 'sends 10,000 headers',
    misbehave: answering(goodText, {
      headers: Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`x-${i}`, 'x'])),
    }),
  },
  {
    row: 'S22',
    title: 'sends a header of 1 MB',
    misbehave: answering(goodText, { headers: { 'x-long': 'x'.repeat(1e6) } }),
  },
]);

const interim: MisbehaviourCase[] = [
  {
    row: null,
    title: 'says that it changes the protocol',
    misbehave: raw(
      () => 'HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n',
    ),
    errors: [unreachable],
    closes: true,
  },
  {
    row: null,
    title: 'says to continue, which nobody asked',
    misbehave: raw((good) => `HTTP/1.1 100 Continue\r\n\r\n${head([length(good)])}${good}`),
    errors: [unreachable],
    closes: true,
  },
  {
    row: null,
    title: 'gives hints of another type before its answer',
    misbehave: raw(
      (good) => `HTTP/1.1 103 Early Hints\r\ncontent-type: text/html\r\n\r\n${head([length(good)])}${good}`,
    ),
    data: { word: 'good' },
  },
];

const strangeButSound: readonly MisbehaviourCase[] = well([
  {
    row: null,
    title: 'ends its body by closing the connection',
    misbehave: (socket, request) =>
      void socket.end(`${head([], 'HTTP/1.0 200 OK')}${asNamed(goodText, request)}`),
    closes: true,
  },
  {
    row: null,
    title: 'sends each byte of its answer in a chunk of its own, with an extension',
    misbehave: raw(
      (good) => `${head([chunked])}${[...good].map((byte) => `1;x=y\r\n${byte}\r\n`).join('')}0\r\n\r\n`,
    ),
  },
  {
    row: null,
    title: 'sends trailers',
    misbehave: raw((good) => `${head([chunked])}${chunk(good)}0\r\nx-trailer: x\r\n\r\n`),
  },
  {
    row: 'S22',
    title: 'sends cookies, headers of the connection and of its own',
    misbehave: answering(goodText, {
      headers: {
        'set-cookie': `session=${canaries.header}`,
        connection: 'keep-alive, x-hop',
        'x-hop': canaries.header,
        'proxy-authenticate': canaries.header,
        'x-powered-by': canaries.header,
        'access-control-allow-origin': canaries.header,
        'cache-control': canaries.header,
        'x-request-id': canaries.header,
      },
    }),
  },
  {
    row: null,
    title: 'says in its head that it waits shorter than we keep a connection',
    misbehave: answering(goodText, { headers: { 'keep-alive': 'timeout=1' } }),
    closes: true,
  },
]);

const noBody: MisbehaviourCase[] = [
  {
    row: 'S8',
    title: 'answers 204 with a body all the same',
    misbehave: (socket, request) =>
      void socket.write(httpResponse(asNamed(goodText, request), { status: '204 No Content' })),
    errors: [malformed],
    closes: true,
  },
  {
    row: 'S8',
    title: 'answers 304 with a body all the same',
    misbehave: (socket, request) =>
      void socket.write(httpResponse(asNamed(goodText, request), { status: '304 Not Modified' })),
    errors: [malformed],
    closes: true,
  },
];

export const connectionCases: readonly MisbehaviourCase[] = [
  ...silence.map((given) => ({ ...given, waits: true })),
  ...breaking,
  ...breakingLater,
  ...noHttp,
  ...interim,
  ...strangeButSound,
  ...noBody,
];
