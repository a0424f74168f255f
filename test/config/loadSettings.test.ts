import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { loadSettings } from '../../src/config/config.ts';
import { sampleSections } from './sampleSections.ts';
import { temporaryFolders } from './temporaryFolder.ts';

const newFolder = temporaryFolders();

const load = (file: string | null) => loadSettings({ file, env: { PORT: '4009' }, sections: sampleSections });

describe('loadSettings', () => {
  test('reads the file that was named', async () => {
    const folder = await newFolder();
    const path = join(folder, 'gateway.yaml');
    await writeFile(path, 'server: { path: /api }\n');
    const loaded = await load(path);
    expect(loaded.settings.server).toMatchObject({ path: '/api', port: 4009 });
    expect([loaded.file, loaded.folder]).toEqual([path, folder]);
  });

  test('goes by the defaults and the environment when none was named and there is none', async () => {
    // Tests run in the folder of the project, and a file there would be read.
    const folder = await newFolder();
    const before = process.cwd();
    process.chdir(folder);
    try {
      const loaded = await load(null);
      expect(loaded.file).toBeNull();
      expect(loaded.settings.server.port).toBe(4009);
      await writeFile('supergraph.yaml', 'server: { path: /here }\n');
      expect((await load(null)).settings.server.path).toBe('/here');
    } finally {
      process.chdir(before);
    }
  });

  test.each([
    ['is not there', 'missing.yaml'],
    ['is a folder', 'folder'],
    ['is not UTF-8 text', 'binary.yaml'],
    ['is not there', 'binary.yaml/inside.yaml'],
  ])('refuses a named file that %s', async (reason, name) => {
    const folder = await newFolder();
    await mkdir(join(folder, 'folder'));
    await writeFile(join(folder, 'binary.yaml'), Buffer.from([0x61, 0xff]));
    const path = join(folder, name);
    await expect(load(path)).rejects.toThrow(
      `${path}  this file ${reason}; allowed: a readable YAML file, or no --config for supergraph.yaml or the defaults`,
    );
  });
});
