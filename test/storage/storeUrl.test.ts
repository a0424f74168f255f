import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ConfigError, printSettings, readSettings, settingsSections } from '../../src/config/config.ts';
import { storageOptions } from '../../src/storage/storage.ts';

const form = 'expected postgres://USER:PASSWORD@HOST:PORT/DATABASE';

function faultsOf(options: object): readonly string[] {
  return storageOptions.safeParse(options).error?.issues.map(({ message }) => message) ?? [];
}

describe('storage.url', () => {
  test.each([
    'sqlite:.sluice',
    'sqlite:/var/lib/sluice',
    'postgres://sluice:secret@db/sluice',
    'postgresql://sluice:secret@db:6432/sluice',
    'postgres://sluice@127.0.0.1/sluice?sslmode=disable',
    'postgres://sluice:secret@[::1]:5432/sluice',
    'postgres://sluice:p%40ss%2Fw%23rd%3F%25@db/sluice?sslmode=verify-full&sslrootcert=/etc/ca.pem',
    'postgres://sluice@%2Fvar%2Frun%2Fpostgresql/sluice',
    'postgres://sluice@x/sluice?host=/var/run/postgresql',
  ])('%s is taken', (url) => {
    expect(faultsOf({ url })).toEqual([]);
  });

  test.each([
    ['postgres://', 'a user, one host and a database are needed'],
    ['postgres://127.0.0.1/sluice', 'a user, one host and a database are needed'],
    ['postgres://sluice:hunter2@/sluice', form],
    ['postgres://sluice:hunter2@db', 'a user, one host and a database are needed'],
    ['postgres://sluice:hunter2@db/', 'a user, one host and a database are needed'],
    ['postgres://sluice:hunter2@db/a/b', 'one name of a database'],
    ['postgres://sluice:hunter2@db,db2/sluice', 'a user, one host and a database are needed'],
    ['postgres://sluice:hun/ter2@db/sluice', 'such as / is %2F'],
    ['postgres://sluice:1/hunter2@db/sluice', 'in a password / is %2F'],
    ['postgres://sluice:1#hunter2@db/sluice', 'in a password / is %2F and # is %23'],
    ['postgres://sluice:1?hunter2@db/sluice', 'in a password ? is %3F'],
    ['postgres://sluice:hunter2%@db/sluice', 'a % itself is %25'],
    ['postgres://sluice:hunter2@db/sluice?hunter2=1', 'expected no other parameters than host, sslmode'],
    ['postgres://sluice:hunter2@db/sluice?sslmode=prefer', 'disable, require, verify-ca or verify-full'],
    ['postgres://sluice:hunter2@db/sluice?sslmode=hunter2', 'disable, require, verify-ca or verify-full'],
  ])('%s is refused, and nothing of it repeated', (url, expected) => {
    const faults = faultsOf({ url });
    expect(faults).toEqual([expect.stringContaining(expected)]);
    expect(faults[0]).toMatch(/^expected /);
    expect(faults[0]).not.toContain('hunter2');
    expect(faults[0]).not.toMatch(/sluice:|@db/);
  });

  test('holds the password, or leaves it to the setting of its own; never both', () => {
    const password = 'hunter2';
    expect(faultsOf({ url: 'postgres://sluice@db/sluice', postgres: { password } })).toEqual([]);
    expect(faultsOf({ url: 'postgres://sluice:hunter3@db/sluice', postgres: { password } })).toEqual([
      'expected no password: there is one in storage.url already',
    ]);
    expect(faultsOf({ postgres: { password } })).toEqual([
      'expected no password: storage.url names no Postgres',
    ]);
    expect(faultsOf({ url: 'postgres://db', postgres: { password } })[0]).toContain(form);
  });
});

describe('the password of the store', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-store-url-'));
    await writeFile(join(folder, 'password'), 'hunter2\n');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const env = { STORE: 'postgres://sluice:hunter2@db/sluice', PASSWORD: 'hunter2' };
  const read = (text: string) =>
    readSettings(text, { file: join(folder, 'supergraph.yaml'), env, sections: settingsSections });

  test.each([
    ['in the URL', 'url: "postgres://sluice:hunter2@db/sluice"'],
    ['in a URL of the environment', `url: "\${STORE}"`],
    ['of the environment, in the URL', `url: "postgres://sluice:\${PASSWORD}@db/sluice?sslmode=disable"`],
    ['of a file, in the URL', `url: "postgres://sluice:\${file:password}@db/sluice"`],
    ['of a file', `url: "postgres://sluice@db/sluice", postgres: { password: "\${file:password}" }`],
    ['of the environment', `url: "postgres://sluice@db/sluice", postgres: { password: "\${PASSWORD}" }`],
  ])('%s is read, and not printed', (_place, section) => {
    const settings = read(`storage: { ${section} }`);
    const { url, postgres } = settings.settings.storage;
    expect(url + (postgres.password ?? '')).toContain('hunter2');
    for (const format of ['yaml', 'json'] as const)
      expect(printSettings(settings, format)).not.toContain('hunter2');
  });

  test.each([
    ['that is not encoded', 'url: "postgres://sluice:1/hunter2@db/sluice"'],
    ['with a parameter that is not known', 'url: "postgres://sluice:hunter2@db/sluice?sslmode=x"'],
    ['of a file, in a URL without a database', `url: "postgres://sluice:\${file:password}@db"`],
    ['in two places', `url: "\${STORE}", postgres: { password: hunter2 }`],
    ['that is none', 'url: "postgres://sluice@db/x", postgres: { password: [hunter2] }'],
  ])('%s is refused with its place, and not told', (_fault, section) => {
    let told = '';
    try {
      read(`storage: { ${section} }`);
    } catch (refusal) {
      if (!(refusal instanceof ConfigError)) throw refusal;
      told = refusal.message;
    }
    expect(told).toMatch(/supergraph\.yaml:1:\d+ {2}storage\.(url|postgres\.password): /);
    expect(told).not.toContain('hunter2');
  });
});
