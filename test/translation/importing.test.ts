import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { composeServices } from '@apollo/composition';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'graphql';
import { systemClock } from '../../src/base/clock.ts';
import { createImporter, readTranslation, type SchemaSource } from '../../src/translation/translation.ts';
import { readSchema } from '../support/readSchema.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const importer = createImporter({ clock: systemClock });
const waiting = new AbortController().signal;

function source(kind: SchemaSource['kind'], file: string, more: Partial<SchemaSource> = {}): SchemaSource {
  return { kind, file, text: null, mapping: null, includes: [], ...more };
}

function composed(sdl: string) {
  return composeServices([{ name: 'imported', url: 'http://imported.test', typeDefs: parse(sdl) }]);
}

describe('documents of others', () => {
  test.each([
    [
      'openapi',
      'node_modules/@blockfrost/openapi/openapi.yaml',
      90,
      'one of several schemas, which is handed on as JSON',
    ],
    ['openapi', 'node_modules/@directus/specs/dist/openapi.json', 100, 'left out, since it'],
    ['proto', 'node_modules/@grpc/grpc-js/proto/channelz.proto', 7, null],
  ] as const)(
    '%s %s becomes a schema that composes, with what was left out said',
    async (kind, file, least, leftOut) => {
      const { sdl, remarks } = await importer.import(source(kind, join(root, file)), waiting);
      const types = readTranslation(sdl)?.types;
      const [query, mutation] = ['Query', 'Mutation'].map((name) => types?.get(name));
      const asked = [query, mutation].flatMap((type) =>
        type?.kind === 'object' ? [...type.fields.values()] : [],
      );
      expect(asked.length).toBeGreaterThanOrEqual(least);
      expect(composed(sdl).errors ?? []).toEqual([]);
      expect(remarks.some((remark) => remark.includes(leftOut ?? ''))).toBe(leftOut !== null);
      const again = await importer.import(source(kind, join(root, file)), waiting);
      expect(again).toEqual({ sdl, remarks, files: again.files });
    },
  );
});

describe('what cannot be imported', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-import-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const refusal = async (kind: 'proto' | 'openapi', text: string, mapping?: string): Promise<string> => {
    try {
      await readSchema(kind, text, mapping);
      return 'it was imported';
    } catch (thrown) {
      expect(thrown).toMatchObject({ code: 'BAD_USER_INPUT' });
      return (thrown as Error).message;
    }
  };
  const service = 'service S { rpc Get(A) returns (A); }';

  test.each([
    ['no .proto file', 'this is none', /cannot be read as a \.proto file: illegal token/],
    ['no service', 'syntax = "proto3"; message A { string id = 1; }', /has no method that can be asked/],
    [
      'a type that is nowhere',
      `syntax = "proto3"; message A { Gone gone = 1; } ${service}`,
      /no such type: Gone|no such Type or Enum 'Gone'/,
    ],
    [
      'messages ten thousand deep',
      `syntax = "proto3"; ${'message M {'.repeat(10_000)}${'}'.repeat(10_000)}`,
      /nests too deep|depth|nest/i,
    ],
    [
      'an import from elsewhere',
      `syntax = "proto3"; import "other.proto"; message A {} ${service}`,
      /imports "other.proto", which is neither in its folder nor in those of includes/,
    ],
  ])('a .proto file with %s', async (_what, text, message) => {
    expect(await refusal('proto', text)).toMatch(message);
  });

  test('a .proto file takes no file outside of its folder, not by a link either', async () => {
    const inside = join(folder, 'inside');
    await mkdir(inside);
    await writeFile(join(folder, 'secret.proto'), 'syntax = "proto3"; message Secret { string key = 1; }');
    await symlink(join(folder, 'secret.proto'), join(inside, 'link.proto'));
    for (const name of ['../secret.proto', 'link.proto']) {
      const file = join(inside, 'a.proto');
      await writeFile(file, `syntax = "proto3"; import "${name}"; message A {} ${service}`);
      await expect(importer.import(source('proto', file), waiting)).rejects.toThrow(`"${name}" lies outside`);
      const allowed = source('proto', file, { includes: [folder] });
      await expect(importer.import(allowed, waiting)).resolves.toBeDefined();
    }
  });

  test('names that every object has are names like others', async () => {
    const text = `syntax = "proto3"; message constructor { string toString = 1; string __proto__ = 2; } message __proto__ {}
      service S { rpc Get(constructor) returns (constructor); }`;
    const { sdl } = await readSchema('proto', text);
    expect(sdl).toContain('type Constructor');
    expect(sdl).toContain('toString: String');
    expect(sdl).not.toContain('proto__');
    expect(({} as Record<string, unknown>).toString).toBe(Object.prototype.toString);
  });

  const document = (more: object): string =>
    JSON.stringify({
      openapi: '3.0.0',
      info: { title: 'x', version: '1' },
      paths: {
        '/a': {
          get: {
            operationId: 'a',
            responses: { 200: { description: 'ok', content: { 'application/json': { schema: more } } } },
          },
        },
      },
    });

  test.each([
    ['of another kind', '{"swagger": "2.0"}', /OpenAPI 2\.0 is not read; expected 3\.0 or 3\.1/],
    ['that is none', 'hello: world', /this is no OpenAPI document/],
    ['that is no YAML', 'a: [', /cannot be read/],
    [
      'that asks for a local file',
      document({ $ref: 'file:///etc/passwd' }),
      /has a \$ref to "file:\/\/\/etc\/passwd", which is not followed/,
    ],
    [
      'that asks for a file beside it',
      document({ $ref: 'other.yaml#/A' }),
      /has a \$ref to "other\.yaml#\/A", which is not followed/,
    ],
    [
      'that asks for another host',
      document({ $ref: 'http://169.254.169.254/latest' }),
      /has a \$ref to "http:\/\/169\.254\.169\.254\/latest", which is not followed/,
    ],
    [
      'that grows by its aliases',
      `openapi: 3.0.0\na: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghij'
        .split('')
        .map((name, at) => `${name}: &${name} [${Array(9).fill(`*${'abcdefghi'[at]}`).join()}]`)
        .join('\n')}\n`,
      /cannot be read|no operation/,
    ],
  ])('an OpenAPI document %s', async (_what, text, message) => {
    expect(await refusal('openapi', text)).toMatch(message);
  });

  test('an OpenAPI document with ten thousand references in each other, and one that is its own', async () => {
    const schemas = Object.fromEntries(
      Array.from({ length: 10_000 }, (_, at) => [
        `S${at}`,
        { type: 'object', properties: { next: { $ref: `#/components/schemas/S${(at + 1) % 10_000}` } } },
      ]),
    );
    const text = JSON.stringify({
      ...JSON.parse(document({ $ref: '#/components/schemas/S0' })),
      components: { schemas: { ...schemas, Self: { $ref: '#/components/schemas/Self' } } },
    });
    const { sdl } = await readSchema('openapi', text);
    expect(sdl).toContain('type S0 ');
  });

  test('files beside the document are read where includes says so, and none outside of it', async () => {
    const file = join(folder, 'main.yaml');
    await writeFile(file, document({ $ref: 'parts/part.yaml' }));
    await mkdir(join(folder, 'parts'));
    await writeFile(join(folder, 'parts/part.yaml'), 'type: object\nproperties: { named: { type: string } }');
    const { sdl, files } = await importer.import(source('openapi', file, { includes: [folder] }), waiting);
    expect(sdl).toContain('named: String');
    expect(files).toEqual([file, join(folder, 'parts/part.yaml')]);
    await writeFile(file, document({ $ref: '../../../../etc/passwd' }));
    await expect(importer.import(source('openapi', file, { includes: [folder] }), waiting)).rejects.toThrow(
      /not followed|outside/,
    );
  });

  test('a document is fetched from a URL that may be called, and no redirect is followed', async () => {
    let status = 200;
    const server = createServer((_request, response) => {
      response.writeHead(status, { location: 'http://169.254.169.254/' }).end(document({ type: 'string' }));
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/openapi.json`;
    expect((await importer.import(source('openapi', url), waiting)).sdl).toContain(
      'a: String @rest(get: "/a")',
    );
    status = 302;
    await expect(importer.import(source('openapi', url), waiting)).rejects.toThrow(
      'it answered 302, and redirects are not followed',
    );
    server.close();
    await expect(importer.import(source('openapi', 'http://169.254.169.254/x'), waiting)).rejects.toThrow(
      'points at 169.254.169.254, a link-local or metadata address',
    );
  });

  test.each([
    ['is no SDL', 'type Query {', /mapping\.graphql:1:13: Syntax Error/],
    [
      'asks for a method that is not there',
      'type Query { b: String @grpc(method: "Gone") }',
      /Query\.b: there is no method "Gone", or more than one; the service has S\/Get/,
    ],
    ['says nothing of how', 'type Query { b: String }', /Query\.b does not say how it is asked for/],
    [
      'asks with nothing',
      'type A @grpc(method: "Get") { id: String }',
      /A does not say what it is asked with/,
    ],
    [
      'lists into nothing',
      'type A @grpc(method: "Get", each: "$id") { id: String }',
      /A: each and into go together/,
    ],
    [
      'holds a template that is none',
      'type Query { b: String @grpc(method: "Get", request: "id") }',
      /Query\.b: request is "id"; expected an object such as/,
    ],
  ])('a mapping that %s', async (_what, mapping, message) => {
    const text = `syntax = "proto3"; message A { string id = 1; } ${service}`;
    expect(await refusal('proto', text, mapping)).toMatch(message);
  });
});
