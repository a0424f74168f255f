import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Http2Server, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { loadSync, type PackageDefinition } from '@grpc/proto-loader';
import { ReflectionService } from '@grpc/reflection';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { systemClock } from '../../src/base/clock.ts';
import { createImporter } from '../../src/translation/translation.ts';

const importer = createImporter({ clock: systemClock });

const stock = `syntax = "proto3"; package shop.v1;
import "google/protobuf/timestamp.proto";
import "parts.proto";
service Stock {
  rpc GetItem(GetItemRequest) returns (Item);
  rpc Weigh(GetItemRequest) returns (stream Item) { option idempotency_level = NO_SIDE_EFFECTS; }
  rpc Sell(GetItemRequest) returns (Item);
}
message GetItemRequest { string id = 1; }
enum Kind { KIND_UNSPECIFIED = 0; KIND_TOOL = 1; }
message Item { string id = 1; optional int32 rank = 2; Kind kind = 3; map<string, int64> sizes = 4; repeated parts.v1.Part parts = 5;
  oneof look { string colour = 6; int32 pattern = 7; } google.protobuf.Timestamp made_at = 8; message Inner { bool deep = 1; } Inner inner = 9; }
`;
const parts = 'syntax = "proto3"; package parts.v1; message Part { uint64 serial_number = 1; }';

const reflected = (url: string, headers: Readonly<Record<string, string>> = {}) =>
  importer.import(
    { kind: 'reflection', file: url, text: null, mapping: null, includes: [], headers },
    new AbortController().signal,
  );

async function serve(definition: PackageDefinition, versions: readonly ('v1' | 'v1Alpha')[]) {
  const server = new Server();
  const reflection = new ReflectionService(definition);
  for (const version of versions) reflection[version].addToServer(server);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (failure, bound) =>
      failure ? reject(failure) : resolve(bound),
    );
  });
  return { url: `http://127.0.0.1:${port}`, stop: () => server.forceShutdown() };
}

describe('a gRPC service that tells of itself', () => {
  let folder: string;
  let definition: PackageDefinition;
  let fromFile: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-reflection-'));
    const file = join(folder, 'stock.proto');
    await writeFile(file, stock);
    await writeFile(join(folder, 'parts.proto'), parts);
    definition = loadSync(file, { keepCase: true, includeDirs: [folder] });
    const source = { kind: 'proto', file, text: null, mapping: null, includes: [] } as const;
    fromFile = (await importer.import(source, new AbortController().signal)).sdl;
  });
  afterAll(() => rm(folder, { recursive: true }));

  test.each([
    ['v1 and v1alpha', ['v1', 'v1Alpha']],
    ['v1 alone', ['v1']],
    ['v1alpha alone', ['v1Alpha']],
  ] as const)('by %s has the schema of its .proto files', async (_what, versions) => {
    const service = await serve(definition, versions);
    try {
      const { sdl } = await reflected(service.url);
      expect(sdl).toBe(fromFile.replace('from stock.proto:', 'from the reflection of the service:'));
    } finally {
      service.stop();
    }
  });

  test('is told from one that does not', async () => {
    const service = await serve(definition, []);
    await expect(reflected(service.url)).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      message: `The reflection of ${service.url} cannot be read: it has no reflection: give its .proto file.`,
    });
    service.stop();
    await expect(reflected(service.url)).rejects.toThrow(/cannot be read: connect ECONNREFUSED/);
  });

  test('is not asked at a metadata address', async () => {
    await expect(reflected('http://169.254.169.254/')).rejects.toThrow(
      'it points at 169.254.169.254, a link-local or metadata address',
    );
  });
});

describe('a reflection that is not as it should be', () => {
  let server: Http2Server;
  let url: string;
  let misbehave: (stream: ServerHttp2Stream, question: Buffer) => void;
  const asked: Record<string, unknown>[] = [];

  const field = (number: number, value: Buffer | string): Buffer => {
    const bytes = Buffer.from(value as string);
    const length = [];
    for (let rest = bytes.length; ; rest >>>= 7) {
      length.push(rest > 0x7f ? (rest & 0x7f) | 0x80 : rest);
      if (rest <= 0x7f) break;
    }
    return Buffer.concat([Buffer.from([(number << 3) | 2, ...length]), bytes]);
  };
  const frame = (body: Buffer, length = body.length): Buffer => {
    const head = Buffer.alloc(5);
    head.writeUInt32BE(length, 1);
    return Buffer.concat([head, body]);
  };
  const services = (...names: string[]) =>
    frame(field(6, Buffer.concat(names.map((name) => field(1, field(1, name))))));
  const file = (name: string, ...imports: string[]) =>
    frame(field(4, field(1, Buffer.concat([field(1, name), ...imports.map((each) => field(3, each))]))));
  const unknown = frame(field(7, field(2, 'a secret of the service')));

  beforeAll(async () => {
    server = createServer().on('stream', (stream, headers) => {
      asked.push(headers);
      stream.on('error', () => undefined);
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' });
      stream.on('data', (chunk: Buffer) => misbehave(stream, chunk.subarray(5)));
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => new Promise((closed) => server.close(closed)));

  const answering =
    (...answers: Buffer[]) =>
    (stream: ServerHttp2Stream): void => {
      const [answer = unknown] = answers.splice(0, 1);
      stream.write(answer);
    };

  test.each<[string, typeof misbehave, RegExp]>([
    [
      'tells of no service but its own',
      answering(services('grpc.health.v1.Health')),
      /it tells of no service/,
    ],
    ['tells of thousands', answering(services(...Array(501).fill('a.B'))), /it has more than 500 services/],
    ['does not know its own', answering(services('a.B'), unknown), /it does not know its own a\.B/],
    [
      'imports what it does not tell',
      answering(services('a.B'), file('a.proto', 'gone.proto'), unknown),
      /it imports "gone\.proto", and does not tell what is in it/,
    ],
    [
      'has nothing that can be asked',
      answering(services('a.B'), file('a.proto')),
      /no method that can be asked/,
    ],
    ['announces 1 GB', answering(frame(Buffer.alloc(0), 1 << 30)), /it is over 32 MB/],
    [
      'never ends',
      (stream) => {
        const pour = (): void => {
          while (!stream.destroyed && stream.write(Buffer.alloc(65_536, 1)));
          if (!stream.destroyed) stream.once('drain', pour);
        };
        stream.write(frame(Buffer.alloc(0), 32 * 1024 ** 2));
        pour();
      },
      /it is over 32 MB/,
    ],
    ['answers no protobuf', answering(frame(Buffer.alloc(20, 0xff))), /no message of its reflection/],
    [
      'tells a file that is none',
      answering(
        services('a.B'),
        frame(field(4, field(1, Buffer.concat([field(1, 'a.proto'), field(4, 'x')])))),
      ),
      /The reflection of .* cannot be read/,
    ],
    [
      'nests ten thousand messages',
      answering(
        services('a.B'),
        frame(field(4, field(1, Buffer.concat([field(1, 'a.proto'), field(4, nested(10_000))])))),
      ),
      /The reflection of .* cannot be read/,
    ],
    ['breaks off', (stream) => stream.destroy(), /The reflection of .* cannot be read/],
  ])('%s', async (_what, behave, message) => {
    misbehave = behave;
    const failure = await reflected(url).then(
      () => null,
      (thrown: Error) => thrown,
    );
    expect(failure).toMatchObject({ code: 'BAD_USER_INPUT', message: expect.stringMatching(message) });
    expect(failure?.message).not.toContain('secret');
  });

  test('is asked with what it wants to be shown', async () => {
    misbehave = answering(services());
    await expect(reflected(url, { authorization: 'Bearer of-the-gateway' })).rejects.toThrow('no service');
    expect(asked.at(-1)).toMatchObject({ authorization: 'Bearer of-the-gateway' });
  });

  function nested(depth: number): Buffer {
    let body = field(1, 'M');
    for (let at = 0; at < depth; at += 1) body = Buffer.concat([field(1, 'M'), field(3, body)]);
    return body;
  }
});
