import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { printSettings, readSettings } from '../../src/config/config.ts';
import { readFaults } from './readFaults.ts';
import { sampleSections } from './sampleSections.ts';
import { temporaryFolders } from './temporaryFolder.ts';

const newFolder = temporaryFolders();

/** One section that takes any text under any key. */
const anySection = { any: z.record(z.string(), z.union([z.string(), z.number(), z.array(z.string())])) };

function printed(text: string, file = 'supergraph.yaml'): string {
  return printSettings(readSettings(text, { file, env: {}, sections: anySection }));
}

describe('a secret', () => {
  test.each([
    'token',
    'accessToken',
    'clientSecret',
    'password',
    'Authorization',
    'apiKey',
    'apikey',
    'x-api-key',
    'signing_key',
    'keys',
    'cookie',
  ])('is known by the name of its key: %s', (key) => {
    expect(printed(`any: { ${key}: hunter2hunter2 }\n`)).toContain(`  ${key}: (hidden) # supergraph.yaml:1`);
    expect(printed(`any: { ${key}: [hunter2hunter2] }\n`)).toContain('    - (hidden) # supergraph.yaml:1');
  });

  test.each(['keyv', 'monkey', 'keyboard', 'name', 'turkeys'])(
    'is not suspected where the name means something else: %s',
    (key) => {
      expect(printed(`any: { ${key}: visible }\n`)).toContain(`${key}: visible`);
    },
  );

  test('is known by what its schema says, before any name', () => {
    const sections = {
      keys: z.strictObject({ rotation: z.string(), phrase: z.string().nullable().meta({ secret: true }) }),
      token: z.strictObject({ lifetime: z.string() }).meta({ secret: false }),
    };
    const text = 'keys: { rotation: 10d, phrase: hunter2 }\ntoken: { lifetime: 1h }\n';
    const shown = printSettings(readSettings(text, { file: 'supergraph.yaml', env: {}, sections }));
    expect(shown).toContain('rotation: 10d');
    expect(shown).toContain('phrase: (hidden)');
    expect(shown).toContain('lifetime: 1h');
  });

  test('is no number and no choice from a list', () => {
    const sections = { tokens: z.strictObject({ most: z.int(), mode: z.enum(['on', 'off']) }) };
    const shown = printSettings(
      readSettings('tokens: { most: 5, mode: on }\n', { file: 'supergraph.yaml', env: {}, sections }),
    );
    expect(shown).toMatch(/most: 5 .*\n.*mode: on /);
  });

  test('is anything that came from a file', async () => {
    const folder = await newFolder();
    await writeFile(join(folder, 'plain'), 'hunter2hunter2\n');
    const shown = printed(`any: { name: "a-\${file:plain}" }\n`, join(folder, 'supergraph.yaml'));
    expect(shown).toContain('name: (hidden)');
    expect(shown).toContain(`from \${file:plain}`);
    expect(shown).not.toContain('hunter2');
  });

  test.each([
    ['postgres://user:hunter2@db/x', 'postgres://(hidden)@db/x'],
    ['postgres://user:hun/t#er2@db/x', 'postgres://(hidden)@db/x'],
    ['run --db redis://:hunter2@db:6379 --on', 'run --db redis://(hidden)@db:6379 --on'],
    ['https://db/x?sslmode=on&password=hunter2', 'https://db/x?sslmode=on&password=(hidden)'],
    ['https://registry.example/@scope/name', 'https://registry.example/@scope/name'],
  ])('is the credentials of a URL: %s', (url, shown) => {
    expect(printed(`any: { url: "${url}" }\n`)).toContain(`url: ${shown} #`);
  });

  test('is not in any fault, whatever is wrong', async () => {
    const folder = await newFolder();
    await writeFile(join(folder, 'port'), 'hunter2');
    const text = [
      'admin: { tokens: [{ name: 5, token: "hunter2" }] }',
      'store: { kind: redis, url: x, password: 1234567 }',
      `server: { port: '\${file:${join(folder, 'port')}}' }`,
      `upstream: { headers: [{ set: { authorization: ["hunter2"], x-api-key: "\${KEY}" } }] }`,
      'remark: { phrase: wrong phrase }',
    ].join('\n');
    const faults = readFaults(text, { KEY: '7654321' });
    expect(faults).toEqual([
      'supergraph.yaml:1:27  admin.tokens[0].name: found 5; allowed: text',
      'supergraph.yaml:1:37  admin.tokens[0].token: found a hidden value; allowed: text with at least 8 characters',
      'supergraph.yaml:2:41  store.password: found a hidden value; allowed: text',
      `supergraph.yaml:3:17  server.port: found a hidden value from \${file:${join(folder, 'port')}}; allowed: a whole number from 0 to 65535`,
      'supergraph.yaml:4:47  upstream.headers[0].set.authorization: found a list; allowed: text',
      expect.stringContaining('(hidden)'),
    ]);
    expect(faults.join()).not.toMatch(/hunter2|1234567|7654321|wrong phrase/);
  });

  test.each([
    '*hunter2',
    '!hunter2',
    '@hunter2',
    '"hunter2',
    '"a" hunter2',
    '|hunter2',
    '{hunter2',
    '%hunter2',
    '&a &hunter2',
  ])('is not repeated when it is no YAML without quotes: %s', (written) => {
    const faults = readFaults(`store: { kind: redis }\nremark:\n  phrase: ${written}\n`);
    expect(faults.length).toBeGreaterThan(0);
    expect(faults.join()).not.toContain('hunter2');
  });

  test('that is a default is printed: everybody can read it in the sources', () => {
    const shown = printSettings(
      readSettings('', { file: 'supergraph.yaml', env: {}, sections: sampleSections }),
    );
    expect(shown).toContain('phrase: "" # default');
  });
});
