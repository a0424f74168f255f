import { resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readSettings } from '../../src/config/config.ts';
import { readFaults } from './readFaults.ts';
import { sampleSections } from './sampleSections.ts';

function read(text: string, file = 'supergraph.yaml') {
  return readSettings(text, { file, env: {}, sections: sampleSections });
}

describe('readSettings', () => {
  test.each(['', '# nothing\n', '---\n', 'server:\nlimits:\nsubgraphs:\n', '\uFEFF', '{}'])(
    'completes %j with the defaults',
    (text) => {
      const { settings } = read(text);
      expect(settings.federation_version).toBeNull();
      expect(settings.subgraphs).toEqual({});
      expect(settings.server).toEqual({
        port: 4000,
        path: '/graphql',
        body: { max: 2 * 1024 ** 2, timeout: 30_000 },
      });
      expect(settings.store).toEqual({ kind: 'memory', max: 100 });
    },
  );

  test('reads the form that rover reads', () => {
    const text = `federation_version: 2
subgraphs:
  countries:
    routing_url: http://127.0.0.1:4101/graphql
    schema: { file: countries/schema.graphql }
    dev: { command: node server.ts, cwd: countries, env: { PORT: 4101, QUIET: true } }
  cities:
    schema:
      subgraph_url: http://cities.example/graphql
      introspection_headers: { Authorization: Bearer abc }
`;
    const { settings, folder } = read(text, 'conf/supergraph.yaml');
    expect(folder).toBe(resolve('conf'));
    expect(settings.federation_version).toBe('2');
    expect(settings.subgraphs).toEqual({
      countries: {
        routing_url: 'http://127.0.0.1:4101/graphql',
        instances: [],
        schema: { file: resolve('conf/countries/schema.graphql') },
        dev: {
          command: 'node server.ts',
          cwd: resolve('conf/countries'),
          env: { PORT: '4101', QUIET: 'true' },
        },
      },
      cities: {
        routing_url: 'http://cities.example/graphql',
        instances: [],
        schema: {
          subgraph_url: 'http://cities.example/graphql',
          introspection_headers: { Authorization: 'Bearer abc' },
        },
        dev: null,
      },
    });
  });

  test.each(['=2.14', '2', '2.14', '=2.14.4', '"2"'])('takes the federation version %s', (version) => {
    expect(read(`federation_version: ${version}\n`).settings.federation_version).toBe(
      version.replaceAll('"', ''),
    );
  });

  test('refuses subgraphs that cannot be', () => {
    const text = `federation_version: 1
subgraphs:
  2fast: { routing_url: http://a/, schema: { file: a } }
  both: { routing_url: http://a/, schema: { file: a, subgraph_url: http://b/ } }
  neither: { routing_url: http://a/, schema: {} }
  nowhere: { schema: { file: a } }
  elsewhere: { routing_url: "http://169.254.169.254/", schema: { file: a } }
  scheme: { routing_url: "ftp://a/", schema: { file: a } }
  login: { routing_url: "http://me:hunter2@a/", schema: { file: a } }
  headers: { routing_url: http://a/, schema: { file: a, introspection_headers: { a: b } } }
  rover: { routing_url: http://a/, schema: { graphref: a@b } }
  empty:
`;
    const allowedUrl = 'allowed: an http: or https: URL that may be called; this one';
    expect(readFaults(text)).toEqual([
      'supergraph.yaml:1:21  federation_version: found 1; allowed: 2, or a version such as =2.14',
      'supergraph.yaml:3:3  subgraphs.2fast: found the key "2fast"; allowed: a name of up to 64 letters, digits, _ and -, a letter first',
      'supergraph.yaml:4:43  subgraphs.both.schema: found a map with file and subgraph_url; allowed: exactly one of file, subgraph_url, proto, openapi and reflection',
      'supergraph.yaml:5:46  subgraphs.neither.schema: found an empty map; allowed: exactly one of file, subgraph_url, proto, openapi and reflection',
      'supergraph.yaml:6:12  subgraphs.nowhere.routing_url: found nothing; allowed: a URL, since schema names none',
      `supergraph.yaml:7:29  subgraphs.elsewhere.routing_url: found "http://169.254.169.254/"; ${allowedUrl} points at 169.254.169.254, a link-local or metadata address`,
      `supergraph.yaml:8:26  subgraphs.scheme.routing_url: found "ftp://a/"; ${allowedUrl} has the scheme ftp: where http: or https: is allowed`,
      `supergraph.yaml:9:25  subgraphs.login.routing_url: found "http://(hidden)@a/"; ${allowedUrl} holds credentials; send them with upstream.headers`,
      'supergraph.yaml:10:80  subgraphs.headers.schema.introspection_headers: found a map with a; allowed: introspection_headers with subgraph_url or reflection only; a file needs none',
      'supergraph.yaml:11:44  subgraphs.rover.schema: found a map with graphref; allowed: exactly one of file, subgraph_url, proto, openapi and reflection',
      'supergraph.yaml:11:46  subgraphs.rover.schema.graphref: found the unknown key "graphref"; allowed: file, includes, introspection_headers, mapping, openapi, proto, reflection or subgraph_url',
      'supergraph.yaml:12:3  subgraphs.empty: found an empty value; allowed: a map with routing_url, instances, schema or dev',
    ]);
  });

  test('takes a service that tells of itself, at its own URL or another', () => {
    const { settings } = read(`subgraphs:
  here: { routing_url: "http://a.test", schema: { reflection: true } }
  there: { routing_url: "http://a.test", schema: { reflection: "https://b.test", mapping: m.graphql, introspection_headers: { key: k } } }
`);
    const imported = { kind: 'reflection', includes: [] };
    expect(settings.subgraphs.here?.schema).toEqual({
      import: { ...imported, file: 'http://a.test', mapping: null, headers: {} },
    });
    expect(settings.subgraphs.there?.schema).toEqual({
      import: {
        ...imported,
        file: 'https://b.test',
        mapping: resolve('m.graphql'),
        headers: { key: 'k' },
      },
    });
    expect(
      readFaults(`subgraphs:
  includes: { routing_url: "http://a.test", schema: { reflection: true, includes: [protos] } }
  two: { routing_url: "http://a.test", schema: { reflection: true, proto: a.proto } }
  no: { routing_url: "http://a.test", schema: { reflection: "http://169.254.169.254" } }
`),
    ).toEqual([
      expect.stringMatching(
        /includes\.schema: .*allowed: no includes with reflection: the service tells of all/,
      ),
      expect.stringMatching(/two\.schema: .*allowed: exactly one of file,/),
      expect.stringMatching(/no\.schema\.reflection: /),
    ]);
  });

  test('freezes the settings all the way down', () => {
    const { settings } = read('subgraphs: { a: { routing_url: http://a/, schema: { file: a } } }\n');
    expect(Object.isFrozen(settings.server.body)).toBe(true);
    expect(Object.isFrozen(Object.values(settings.subgraphs)[0]?.schema)).toBe(true);
  });

  // With Object.prototype frozen, zod cannot read a record with a key `constructor`: it assigns it to an object that inherits one.
  (process.env.SLUICE_DEEP ? test.skip : test)('keeps names from outside apart from those of Object', () => {
    const { settings } = read(
      'subgraphs: { constructor: { routing_url: http://a/, schema: { file: a } } }\n',
    );
    expect(Object.keys(settings.subgraphs)).toEqual(['constructor']);
    expect('toString' in settings.subgraphs).toBe(false);
  });

  test('knows where each setting came from', () => {
    const { sourceOf } = read('server:\n  port: 1\nupstream: { headers: [{ propagate: a }] }\n');
    const inFile = { kind: 'file', file: 'supergraph.yaml', references: [] };
    expect(sourceOf('server.port')).toEqual({ ...inFile, line: 2, column: 9 });
    expect(sourceOf(['upstream', 'headers', 0, 'propagate'])).toEqual({ ...inFile, line: 3, column: 36 });
    expect(sourceOf('server.path')).toEqual({ kind: 'default' });
  });

  test('follows aliases, and faults in them stand where they are written', () => {
    const text =
      'server: { body: &body { max: 1KB } }\nlimits: { perKey: &keys { a: 5 } }\nupstream: { headers: [{ set: *keys }] }\n';
    expect(readFaults(text)).toEqual([
      'supergraph.yaml:2:30  upstream.headers[0].set.a: found 5; allowed: text',
    ]);
  });

  test('reads CRLF as any other end of line', () => {
    expect(readFaults('server:\r\n  port: x\r\n')).toEqual([
      'supergraph.yaml:2:9  server.port: found "x"; allowed: a whole number from 0 to 65535',
    ]);
  });
});
