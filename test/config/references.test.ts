import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { type Environment, readSettings } from '../../src/config/config.ts';
import { readFaults } from './readFaults.ts';
import { sampleSections } from './sampleSections.ts';
import { temporaryFolders } from './temporaryFolder.ts';

const newFolder = temporaryFolders();

function read(text: string, env: Environment = {}, file = 'supergraph.yaml') {
  return readSettings(text, { file, env, sections: sampleSections });
}

/** The text that `upstream.headers[0].set.x` gets for what is written there. */
function expanded(written: string, env: Environment = {}): unknown {
  const { settings } = read(`upstream:\n  headers:\n    - set:\n        x: ${written}\n`, env);
  const [rule] = settings.upstream.headers;
  return rule && 'set' in rule ? rule.set.x : undefined;
}

describe('a reference to the environment', () => {
  test.each([
    ['a variable', `\${A}`, 'one'],
    ['a variable among text', `x-\${A}-y-\${B}`, 'x-one-y-two words'],
    ['a default that is not needed', `\${A:-other}`, 'one'],
    ['a default for what is not set', `\${NONE:-other}`, 'other'],
    ['a default for what is empty', `\${EMPTY:-other}`, 'other'],
    ['an empty default', `"\${NONE:-}."`, '.'],
    ['a default with signs', `"\${NONE:-http://a:1/b?c=d}"`, 'http://a:1/b?c=d'],
    ['two dollars', '$$', '$'],
    ['two dollars before a brace', `$\${A}`, `\${A}`],
    ['a single dollar', 'a$b$', 'a$b$'],
    ['a variable that holds a reference, which stays text', `\${REFERENCE}`, `\${A} $$`],
    ['what rover writes', `\${env.A}`, 'one'],
    ['a variable named like a method', `\${constructor:-none}`, 'none'],
  ])('puts in %s: %s', (_, written, text) => {
    const env = { A: 'one', B: 'two words', EMPTY: '', REFERENCE: `\${A} $$` };
    expect(expanded(written, env)).toBe(text);
  });

  test('makes a number, boolean or text of a scalar that is nothing else', () => {
    const text = `server:\n  port: \${P:-4000}\n  host: \${H}\nupstream:\n  on: "\${ON}"\n`;
    const { settings } = read(text, { H: 'localhost', ON: 'false' });
    expect([settings.server.port, settings.server.host, settings.upstream.on]).toEqual([
      4000,
      'localhost',
      false,
    ]);
  });

  test.each(['12345678', '007', '1e5', 'true', 'null', '.inf'])(
    'stays text where text is allowed: %s',
    (value) => {
      expect(expanded(`\${A}`, { A: value })).toBe(value);
    },
  );

  test('is refused with its place when the variable is not set, or the reference is none', () => {
    const text = `server:\n  host: \${NONE}\n  path: /\${TOKEN:=hunter2}\nremark:\n  phrase: a\${b\n`;
    expect(readFaults(text)).toEqual([
      `supergraph.yaml:2:9  server.host: found \${NONE}, which is not set; allowed: a variable that is set, or \${NONE:-default}`,
      `supergraph.yaml:3:9  server.path: found \${TOKEN…}; allowed: \${NAME}, \${NAME:-default} or \${file:PATH}, and $$ for a dollar`,
      `supergraph.yaml:5:11  remark.phrase: found \${ without }; allowed: \${NAME}, or $\${ for the text itself`,
    ]);
  });

  test('says so when braces of YAML are in its way', () => {
    expect(readFaults(`server: { port: \${P:-1} }\n`)[0]).toContain(
      `inside { } or [ ] write "\${...}", in quotes`,
    );
  });

  test('is named when its value is refused', () => {
    expect(readFaults(`server:\n  port: \${P}\n`, { P: 'many' })).toEqual([
      `supergraph.yaml:2:9  server.port: found "many" from \${P}; allowed: a whole number from 0 to 65535`,
    ]);
  });
});

describe('a reference to a file', () => {
  test('puts in its text without the newline at the end; relative paths start from the folder of supergraph.yaml', async () => {
    const folder = await newFolder();
    await writeFile(join(folder, 'secret'), '12345678\n');
    await mkdir(join(folder, 'conf'));
    const text = `store: { kind: redis, url: x, password: "\${file:../secret}" }\nserver: { host: "\${file.../secret}" }\n`;
    const { settings } = read(text, {}, join(folder, 'conf', 'supergraph.yaml'));
    expect([settings.store, settings.server.host]).toEqual([
      { kind: 'redis', url: 'x', password: '12345678' },
      '12345678',
    ]);
  });

  test.each([
    ['that is missing', 'missing', 'cannot be read (ENOENT)'],
    ['that is a folder', '.', 'is not a regular file'],
    ['of more than 64 KB', 'big', 'has 65537 bytes'],
    ['that is no UTF-8', 'binary', 'cannot be read (it is not UTF-8)'],
  ])('is refused for one %s', async (_, name, reason) => {
    const folder = await newFolder();
    await writeFile(join(folder, 'big'), 'x'.repeat(64 * 1024 + 1));
    await writeFile(join(folder, 'binary'), Buffer.from([0xff, 0xfe]));
    const path = join(folder, name);
    expect(readFaults(`server:\n  host: \${file:${path}}\n`)).toEqual([
      `supergraph.yaml:2:9  server.host: found \${file:${path}}, which ${reason}; allowed: a readable text file of at most 64 KB`,
    ]);
  });
});

describe('PORT and ADMIN_PORT', () => {
  test('win over the file', () => {
    const { settings, sourceOf } = read('server: { port: 1 }\n', { PORT: '5000', ADMIN_PORT: '5100' });
    expect([settings.server.port, settings.admin.port]).toEqual([5000, 5100]);
    expect(sourceOf('server.port')).toEqual({ kind: 'environment', variable: 'PORT' });
    expect(sourceOf('admin.port')).toEqual({ kind: 'environment', variable: 'ADMIN_PORT' });
  });

  test('count as not set when empty, or when there is no such section', () => {
    expect(read('server: { port: 1 }\n', { PORT: '' }).settings.server.port).toBe(1);
    expect(() => readSettings('', { file: 'a.yaml', env: { PORT: 'x' }, sections: {} })).not.toThrow();
  });

  test('are named in faults, after those of the file', () => {
    expect(readFaults('server: { path: x }\n', { PORT: '99999', ADMIN_PORT: 'x' })).toEqual([
      'supergraph.yaml:1:17  server.path: found "x"; allowed: text that matches ^\\/',
      'PORT (environment)  server.port: found 99999; allowed: a whole number from 0 to 65535',
      'ADMIN_PORT (environment)  admin.port: found "x"; allowed: a whole number from 0 to 65535',
    ]);
  });
});
