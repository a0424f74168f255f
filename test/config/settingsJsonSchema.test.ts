import { describe, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { settingsJsonSchema, settingsSections } from '../../src/config/config.ts';
import { sampleSections } from './sampleSections.ts';

function compile(sections: Parameters<typeof settingsJsonSchema>[0]) {
  // The formats are checked by the program; editors may know them.
  const ajv = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true, formats: { uri: true } });
  const validate = ajv.compile(settingsJsonSchema(sections));
  return (text: string) => validate(parse(text));
}

const accepts = compile(sampleSections);

describe('settingsJsonSchema', () => {
  test.each([
    '{}',
    'server: { port: 4001, path: /api }',
    'server:\nlimits:\nsubgraphs:\n',
    'subgraphs: { a: { routing_url: http://a/, schema: { file: a.graphql }, dev: { command: node a.ts, env: { PORT: 1 } } } }',
    'federation_version: =2.14',
    'federation_version: 2',
    'server: { body: { max: 4MB, timeout: 10s } }',
    'upstream: { headers: [{ propagate: a }, { set: { b: c } }] }',
    'store: { kind: redis, url: redis://db }',
    'admin: { tokens: [{ name: ci, token: "0123456789" }] }',
  ])('accepts %j', (text) => {
    expect(accepts(text)).toBe(true);
  });

  test.each([
    'server: { port: 70000 }',
    'server: { port: "4000" }',
    'server: { prot: 1 }',
    'sever: {}',
    'limits: { mode: enforced }',
    'limits: { perKey: { a: 3 } }',
    'limits: { perKey: { A: 5 } }',
    'upstream: { headers: [{ propagat: a }] }',
    'store: { kind: redis }',
    'subgraphs: { a: { schema: { fiel: a } } }',
    'subgraphs: { 1a: { schema: { file: a } } }',
  ])('refuses %j', (text) => {
    expect(accepts(text)).toBe(false);
  });

  test.each([
    `server: { port: "\${PORT:-4000}" }`,
    `upstream: { on: "\${ON}" }`,
    `limits: { mode: "\${MODE}", operation: { ratio: "\${file:ratio}" } }`,
    `server: { path: "\${WHERE}" }`,
  ])('accepts a reference wherever a value may stand: %s', (text) => {
    expect(accepts(text)).toBe(true);
  });

  test('tells descriptions, defaults and what is a secret', () => {
    const { properties } = JSON.parse(JSON.stringify(settingsJsonSchema(sampleSections)));
    expect(properties.server.default).toEqual({});
    const [server] = properties.server.anyOf;
    expect(server.properties.port).toMatchObject({ description: 'Where it listens.', default: 4000 });
    expect(server.properties.body.properties.max.default).toBe('2MB');
    expect(properties.remark.anyOf[0].properties.phrase).toMatchObject({ writeOnly: true });
  });

  test('compiles for the sections of Sluice', () => {
    const acceptsSluice = compile(settingsSections);
    expect(
      acceptsSluice('server: { port: 4000, trustedProxies: [] }\nstorage: { url: "sqlite:.sluice" }\n'),
    ).toBe(true);
    expect(acceptsSluice('server: { prot: 4000 }\n')).toBe(false);
  });
});
