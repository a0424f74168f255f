import { describe, expect, test } from '@jest/globals';
import { printSettings, readSettings, settingsSections } from '../../src/config/config.ts';

const read = (text: string) =>
  readSettings(text, { file: 'supergraph.yaml', env: {}, sections: settingsSections });

describe('the sections of Sluice', () => {
  test('need no file', () => {
    const { settings } = read('');
    expect([settings.server.port, settings.admin.port, settings.admin.host]).toEqual([
      4000,
      4100,
      '127.0.0.1',
    ]);
  });

  test('state every default so that it can be printed and read again', () => {
    const first = read('');
    expect(printSettings(first)).toContain('  headers: [] # default');
    const second = read(printSettings(first));
    expect(second.settings).toEqual(first.settings);
    expect(Object.keys(first.settings).toSorted()).toEqual(
      [...Object.keys(settingsSections), 'federation_version', 'subgraphs'].toSorted(),
    );
  });

  test('can be written together', () => {
    const { settings } = read(`federation_version: =2.14
subgraphs:
  countries:
    routing_url: http://127.0.0.1:4101/graphql
    schema: { file: subgraphs/countries/schema.graphql }
    dev: { command: node subgraphs/countries/server.ts }
server:    { port: 4000, trustedProxies: [] }
limits:    { operation: { tokens: 15000 } }
upstream:  { timeout: 10s, headers: [{ propagate: authorization }, { set: { x-gateway: sluice } }] }
storage:   { url: "sqlite:.sluice" }
observability: { log: { level: info } }
`);
    expect(Object.keys(settings.subgraphs)).toEqual(['countries']);
  });
});
