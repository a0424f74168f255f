import { createServer, type Http2Server, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readSchema } from '../support/readSchema.ts';
import { type GrpcService, startGrpcService } from '../support/startGrpcService.ts';
import { startTestGateway, type TestGateway } from '../support/startTestGateway.ts';

const protoOf = (name: string) => `syntax = "proto3"; package pack;
  service ${name} { rpc Get${name}(${name}Request) returns (${name}Answer); rpc List${name}(${name}Request) returns (stream ${name}Answer); }
  message ${name}Request { string text = 1; } message ${name}Answer { string text = 1; }`;

/** A field of the number 1 with a text. */
function message(text: string): Buffer {
  const length: number[] = [];
  for (let rest = Buffer.byteLength(text); ; rest >>>= 7) {
    length.push(rest > 0x7f ? (rest & 0x7f) | 0x80 : rest);
    if (rest <= 0x7f) break;
  }
  return Buffer.concat([Buffer.from([0x0a, ...length]), Buffer.from(text)]);
}

function frame(body: Buffer, flag: number): Buffer {
  const head = Buffer.alloc(5, flag);
  head.writeUInt32BE(body.length, 1);
  return Buffer.concat([head, body]);
}

const packed = (text: string) => frame(gzipSync(message(text)), 1);
const megabyte = 'x'.repeat(1 << 20);

/** What the service answers to a text: the encoding it tells, and frames. */
const answers: Record<string, readonly [string | null, ...Buffer[]]> = {
  'one of each': ['gzip', packed('packed'), frame(message('plain'), 0)],
  'no encoding told': [null, packed('packed')],
  'an encoding nobody asked for': ['snappy', packed('packed')],
  'no gzip at all': ['gzip', frame(Buffer.from('this is no gzip'), 1)],
  'half of it': ['gzip', frame(gzipSync(message(megabyte)).subarray(0, 100), 1)],
  'a flag that is none': ['gzip', frame(message('plain'), 7)],
  'a message that ends early': [null, frame(Buffer.from([0x0a, 0x7f, 0x61]), 0)],
  'a text that is not UTF-8': [null, frame(Buffer.from([0x0a, 0x02, 0xc3, 0x28]), 0)],
  'a tag that is none': [null, frame(Buffer.from([0x0f]), 0)],
  'two messages for one': [null, frame(message('one'), 0), frame(message('two'), 0)],
  'no message': [null],
  'half a frame': [null, frame(message('one'), 0).subarray(0, 4)],
  'a frame of 4 GB': [null, Buffer.from([0, 0xff, 0xff, 0xff, 0xff])],
  'a bomb': ['gzip', packed(megabyte + megabyte)],
  'a bomb in pieces': ['gzip', ...Array.from({ length: 5 }, () => packed(megabyte.slice(0, 300_000)))],
};

/** A gRPC server that says just what a test wants, and that compresses; @grpc/grpc-js does neither. */
function answer(stream: ServerHttp2Stream, text: string): void {
  const [, httpStatus] = /^HTTP (\d+)$/.exec(text) ?? [];
  if (httpStatus !== undefined) {
    stream.respond({
      ':status': Number(httpStatus),
      location: 'http://169.254.169.254/',
      'content-type': 'text/html',
    });
    stream.end('<h1>a secret of the service</h1>');
    return;
  }
  const [encoding = null, ...frames] = answers[text] ?? ['gzip', packed(text)];
  const head = {
    ':status': 200,
    'content-type': 'application/grpc',
    ...(encoding && { 'grpc-encoding': encoding }),
  };
  stream.respond(head, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
  stream.end(Buffer.concat(frames));
}

describe('what a gRPC server sends', () => {
  const received: { readonly encoding: unknown; readonly accepted: unknown; readonly flag: unknown }[] = [];
  let server: Http2Server;
  let plain: GrpcService;
  let gateway: TestGateway;

  beforeAll(async () => {
    server = createServer().on('stream', (stream, headers) => {
      const chunks: Buffer[] = [];
      stream.on('error', () => undefined);
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const all = Buffer.concat(chunks);
        const body = all.subarray(5);
        const flag = all[0];
        received.push({
          encoding: headers['grpc-encoding'],
          accepted: headers['grpc-accept-encoding'],
          flag,
        });
        const sent = flag === 1 ? gunzipSync(body) : body;
        answer(stream, sent.length > 1000 ? 'long' : sent.subarray(2).toString());
      });
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { sdl } = await readSchema('proto', protoOf('Packed'));
    plain = await startGrpcService('plain', {
      proto: protoOf('Plain'),
      service: 'pack.Plain',
      methods: { GetPlain: ({ text }: { text: string }) => ({ text: `${text.length}` }) },
    });
    gateway = await startTestGateway({
      subgraphs: [plain, { name: 'packed', url, sdl }],
      settings: {
        upstream: {
          maxResponse: '1MB',
          breaker: { mode: 'off' },
          subgraphs: { packed: { compression: 'gzip' }, plain: { compression: 'gzip' } },
        },
      },
    });
  });
  afterAll(async () => {
    await gateway.stop();
    await plain.stop();
    server.close();
  });

  const ask = async (field: string, text: string) =>
    (await gateway.query(`query ($text: String) { ${field}(text: $text) { text } }`, { variables: { text } }))
      .body;

  test('is read where it is compressed, one message beside another that is not', async () => {
    expect(await ask('getPacked', 'hello')).toEqual({ data: { getPacked: { text: 'hello' } } });
    expect(await ask('listPacked', 'one of each')).toEqual({
      data: { listPacked: [{ text: 'packed' }, { text: 'plain' }] },
    });
    expect(received.at(-1)?.accepted).toBe('identity,gzip');
  });

  test('is sent compressed where that is set and it is long', async () => {
    received.length = 0;
    await ask('getPacked', 'short');
    await ask('getPacked', megabyte);
    expect(received).toMatchObject([
      { encoding: undefined, flag: 0 },
      { encoding: 'gzip', flag: 1 },
    ]);
    expect(await ask('getPlain', megabyte)).toEqual({
      data: { getPlain: { text: String(megabyte.length) } },
    });
  });

  const other = 'Subgraph "packed" answered a message compressed in a way it was not asked for.';
  const notGrpc = 'Subgraph "packed" answered something that is not gRPC.';
  const noMessage = 'Subgraph "packed" answered something that is not the message its API says.';
  const broken = 'Subgraph "packed" answered a compressed message that cannot be read.';
  const tooLarge = 'The answer of subgraph "packed" is larger than 1048576 bytes, the most that is read.';
  test.each([
    ['getPacked', 'no encoding told', other, 'SUBGRAPH_MALFORMED_RESPONSE'],
    ['getPacked', 'an encoding nobody asked for', other, 'SUBGRAPH_MALFORMED_RESPONSE'],
    ['getPacked', 'no gzip at all', broken, 'SUBGRAPH_MALFORMED_RESPONSE'],
    ['getPacked', 'half of it', broken, 'SUBGRAPH_MALFORMED_RESPONSE'],
    ['getPacked', 'a flag that is none', notGrpc, 'SUBGRAPH_MALFORMED_RESPONSE'],
    ['getPacked', 'a message that ends early', noMessage, 'SUBGRAPH_MALFORMED_RESPONSE'],
    ['getPacked', 'a text that is not UTF-8', noMessage, 'SUBGRAPH_MALFORMED_RESPONSE'],
    ['getPacked', 'a tag that is none', noMessage, 'SUBGRAPH_MALFORMED_RESPONSE'],
    ['listPacked', 'a tag that is none', noMessage, 'SUBGRAPH_MALFORMED_RESPONSE'],
    ['getPacked', 'two messages for one', noMessage, 'SUBGRAPH_MALFORMED_RESPONSE'],
    ['getPacked', 'no message', noMessage, 'SUBGRAPH_MALFORMED_RESPONSE'],
    ['getPacked', 'half a frame', notGrpc, 'SUBGRAPH_MALFORMED_RESPONSE'],
    ['getPacked', 'a frame of 4 GB', tooLarge, 'SUBGRAPH_RESPONSE_TOO_LARGE'],
    ['getPacked', 'HTTP 302', notGrpc, 'SUBGRAPH_MALFORMED_RESPONSE'],
    ['getPacked', 'HTTP 404', notGrpc, 'SUBGRAPH_MALFORMED_RESPONSE'],
    ['getPacked', 'HTTP 503', 'Subgraph "packed" is not available.', 'SUBGRAPH_UNREACHABLE'],
    ['getPacked', 'a bomb', tooLarge, 'SUBGRAPH_RESPONSE_TOO_LARGE'],
    ['listPacked', 'a bomb in pieces', tooLarge, 'SUBGRAPH_RESPONSE_TOO_LARGE'],
  ])('%s has a clear error for %s', async (field, text, message, code) => {
    const { errors } = await ask(field, text);
    expect(errors).toMatchObject([{ message, extensions: { code, subgraph: 'packed' } }]);
  });
});
