import { describe, expect, test } from '@jest/globals';
import { type Environment, printSettings, readSettings } from '../../src/config/config.ts';
import { sampleSections } from './sampleSections.ts';

const text = `federation_version: =2.14
subgraphs:
  countries:
    routing_url: http://127.0.0.1:4101/graphql
    schema: { file: countries.graphql }
    dev: { command: node countries.ts, env: { LEVEL: 3 } }
server:
  port: 4001
  path: /\${WHERE}
limits:
  # nothing but a comment
upstream:
  headers:
    - propagate: x-a
    - set: { x-b: 'a: #"''', x-c: "two\\nlines", x-d: '$\${A} $$$$', x-e: '5' }
store: { kind: redis, url: 'redis://db' }
`;

function read(written: string, env: Environment = {}) {
  return readSettings(written, { file: 'supergraph.yaml', env, sections: sampleSections });
}

describe('printSettings', () => {
  test('shows every setting as one would write it, with where it came from', () => {
    expect(printSettings(read(text, { WHERE: 'api', ADMIN_PORT: '4200' }))).toBe(
      `federation_version: =2.14 # supergraph.yaml:1
subgraphs:
  countries:
    routing_url: http://127.0.0.1:4101/graphql # supergraph.yaml:4
    schema:
      file: countries.graphql # supergraph.yaml:5
    dev:
      command: node countries.ts # supergraph.yaml:6
      cwd: . # default
      env:
        LEVEL: 3 # supergraph.yaml:6
server:
  port: 4001 # supergraph.yaml:8
  path: /api # supergraph.yaml:9 from \${WHERE}
  body:
    max: 2MB # default
    timeout: 30s # default
admin:
  port: 4200 # ADMIN_PORT (environment)
  host: 127.0.0.1 # default
  tokens: [] # default
limits:
  mode: log # default
  operation:
    tokens: 15000 # default
    ratio: 0.5 # default
  perKey: {} # default
upstream:
  on: true # default
  headers:
    - propagate: x-a # supergraph.yaml:14
    - set:
        x-b: "a: #\\"'" # supergraph.yaml:15
        x-c: "two\\nlines" # supergraph.yaml:15
        x-d: $\${A} $$$$ # supergraph.yaml:15
        x-e: "5" # supergraph.yaml:15
store:
  kind: redis # supergraph.yaml:16
  url: redis://db # supergraph.yaml:16
remark:
  phrase: "" # default
`,
    );
  });

  test('writes what can be read again and means the same', () => {
    const first = read(text, { WHERE: 'api' });
    const second = read(printSettings(first));
    expect(second.settings).toEqual(first.settings);
  });

  test('writes the same as JSON, with the sources by path', () => {
    const { settings, sources } = JSON.parse(printSettings(read(text, { WHERE: 'api', PORT: '1' }), 'json'));
    expect(settings.server).toEqual({ port: 1, path: '/api', body: { max: '2MB', timeout: '30s' } });
    expect(settings.upstream.headers[1].set['x-d']).toBe(`\${A} $$`);
    expect(sources).toMatchObject({
      'server.port': 'PORT (environment)',
      'server.path': `supergraph.yaml:9 from \${WHERE}`,
      'server.body.max': 'default',
      'upstream.headers[1].set.x-b': 'supergraph.yaml:15',
    });
  });
});
