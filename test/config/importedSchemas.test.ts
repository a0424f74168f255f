import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '../support/adminClient.ts';
import { startTestGateway } from '../support/startTestGateway.ts';

const proto = (more: string) => `syntax = "proto3"; message A { string first_name = 1; ${more} }
  service S { rpc Get(A) returns (A); rpc Put(stream A) returns (A); }`;

describe('a subgraph that supergraph.yaml describes by a .proto file', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-listed-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('is published when it can be read, told of when it cannot, and published again when it changed', async () => {
    const file = join(folder, 'service.proto');
    await writeFile(file, 'this is none');
    const gateway = await startTestGateway({
      settings: {
        subgraphs: { stock: { routing_url: 'http://127.0.0.1:9', schema: { proto: file } } },
      },
    });
    const logged = (text: string) => eventually(() => (gateway.logText().includes(text) ? true : null));
    const fields = async () =>
      (await gateway.query('{ __type(name: "A") { fields { name } } }')).body.data as unknown;
    try {
      await logged('cannot be read as a .proto file');
      await writeFile(file, proto(''));
      await gateway.ready();
      await logged('S/Put: left out, since it wants a stream from the client.');
      expect(await fields()).toEqual({ __type: { fields: [{ name: 'firstName' }] } });
      await writeFile(file, proto('string other = 2;'));
      await logged('Supergraph version 2 is in force');
    } finally {
      await gateway.stop();
    }
  });
});
