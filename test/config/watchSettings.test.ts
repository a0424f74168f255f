import { mkdir, readFile, rename, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { type Clock, systemClock } from '../../src/base/clock.ts';
import { ConfigError, loadSettings, type SettingsWatch, watchSettings } from '../../src/config/config.ts';
import { sampleSections } from './sampleSections.ts';
import { temporaryFolders } from './temporaryFolder.ts';

type Sample = typeof sampleSections;
/** What the watch told, one entry a call: the port and the changed sections, or why it was refused. */
type Told = { readonly port: number; readonly changed: readonly string[] } | { readonly refused: string };

const newFolder = temporaryFolders();
const watches: SettingsWatch<Sample>[] = [];

afterEach(async () => {
  for (const watch of watches.splice(0)) await watch.close();
});

interface Follow {
  readonly clock?: Clock;
  readonly pollMs?: number;
  onChange?(): void;
}

/** Watches a file that exists; `next` resolves with what is told next. */
async function follow(file: string, { clock = systemClock, pollMs = 60_000, onChange }: Follow = {}) {
  const told: Told[] = [];
  let wake: () => void = () => undefined;
  const tell = (entry: Told) => {
    told.push(entry);
    wake();
  };
  const options = { file, env: {}, sections: sampleSections };
  const watch = watchSettings({
    ...options,
    current: await loadSettings(options),
    clock,
    settleMs: 20,
    pollMs,
    onChange(next, changed) {
      onChange?.();
      tell({ port: next.settings.server.port, changed });
    },
    onRefused: (reason) => tell({ refused: reason.message }),
  });
  watches.push(watch);
  return {
    watch,
    told,
    async next(): Promise<Told | undefined> {
      while (told.length === 0) {
        const { promise, resolve } = Promise.withResolvers<void>();
        wake = resolve;
        await promise;
      }
      return told.shift();
    },
  };
}

/** Advances by hand; what is due runs at once. */
function createTestClock(): Clock & { advance(byMs: number): void } {
  let nowMs = 0;
  const due = new Set<{ atMs: number; run: () => void }>();
  return {
    wallMs: () => nowMs,
    monotonicMs: () => nowMs,
    after(delayMs, run) {
      const timer = { atMs: nowMs + delayMs, run };
      due.add(timer);
      return { cancel: () => void due.delete(timer) };
    },
    advance(byMs) {
      nowMs += byMs;
      for (const timer of [...due]) {
        if (timer.atMs > nowMs) continue;
        due.delete(timer);
        timer.run();
      }
    },
  };
}

const port = (number: number) => `server: { port: ${number} }\n`;

async function fileWith(text: string): Promise<string> {
  const file = join(await newFolder(), 'supergraph.yaml');
  await writeFile(file, text);
  return file;
}

/** As most editors save: a new file takes the old one's place. */
async function replace(file: string, text: string): Promise<void> {
  await writeFile(`${file}.new`, text);
  await rename(`${file}.new`, file);
}

/** Windows lets only administrators make links. */
const testLinks = process.platform === 'win32' ? test.skip : test;

describe('watchSettings', () => {
  test('tells a file that was written in place', async () => {
    const file = await fileWith(port(1));
    const { next, watch } = await follow(file);
    await writeFile(file, port(2));
    expect(await next()).toEqual({ port: 2, changed: ['server'] });
    expect(watch.current().settings.server.port).toBe(2);
  });

  test('tells a file that was replaced, again and again', async () => {
    const file = await fileWith(port(1));
    const { next } = await follow(file);
    for (const number of [2, 3, 4]) {
      await replace(file, port(number));
      expect(await next()).toEqual({ port: number, changed: ['server'] });
    }
  });

  test('tells a file that was removed and written anew', async () => {
    const file = await fileWith(port(1));
    const { next } = await follow(file);
    await unlink(file);
    expect(await next()).toEqual({ refused: expect.stringContaining('this file is not there') });
    await writeFile(file, port(2));
    expect(await next()).toEqual({ port: 2, changed: ['server'] });
  });

  testLinks('tells a link that was swapped, as Kubernetes does with a ConfigMap', async () => {
    const folder = await newFolder();
    for (const [version, number] of [
      ['..1', 1],
      ['..2', 2],
      ['..3', 3],
    ] as const) {
      await mkdir(join(folder, version));
      await writeFile(join(folder, version, 'supergraph.yaml'), port(number));
    }
    await symlink('..1', join(folder, '..data'));
    await symlink('..data/supergraph.yaml', join(folder, 'supergraph.yaml'));
    const { next } = await follow(join(folder, 'supergraph.yaml'));
    for (const [version, number] of [
      ['..2', 2],
      ['..3', 3],
    ] as const) {
      await symlink(version, join(folder, '..data_tmp'));
      await rename(join(folder, '..data_tmp'), join(folder, '..data'));
      expect(await next()).toEqual({ port: number, changed: ['server'] });
      await rm(join(folder, `..${number - 1}`), { recursive: true });
    }
  });

  testLinks('tells a file behind a link to another folder', async () => {
    const file = await fileWith(port(1));
    const link = join(await newFolder(), 'linked.yaml');
    await symlink(file, link);
    const { next } = await follow(link);
    await replace(file, port(2));
    expect(await next()).toEqual({ port: 2, changed: ['server'] });
  });

  test('refuses a bad file, keeps the old settings, and takes the next good one', async () => {
    const file = await fileWith(port(1));
    const { next, watch } = await follow(file);
    await replace(file, port(99_999));
    expect(await next()).toEqual({
      refused: `${file}:1:17  server.port: found 99999; allowed: a whole number from 0 to 65535`,
    });
    expect(watch.current().settings.server.port).toBe(1);
    await replace(file, 'server: {');
    expect(await next()).toEqual({ refused: expect.stringContaining('not YAML') });
    await replace(file, '');
    expect(await next()).toEqual({ refused: expect.stringContaining('found an empty file') });
    await replace(file, port(2));
    expect(await next()).toEqual({ port: 2, changed: ['server'] });
  });

  test('names no section when only a comment changed', async () => {
    const file = await fileWith(port(1));
    const { next } = await follow(file);
    await replace(file, `# why\n${port(1)}`);
    expect(await next()).toEqual({ port: 1, changed: [] });
  });

  test('keeps the old settings when the new ones cannot be applied', async () => {
    const file = await fileWith(port(1));
    const { next, watch } = await follow(file, {
      onChange() {
        throw new Error('the port is taken');
      },
    });
    await replace(file, port(2));
    expect(await next()).toEqual({ refused: 'the port is taken' });
    expect(watch.current().settings.server.port).toBe(1);
  });

  test('notices what changed between loading and watching', async () => {
    const file = await fileWith(port(1));
    const options = { file, env: {}, sections: sampleSections };
    const current = await loadSettings(options);
    await writeFile(file, port(2));
    const changed = Promise.withResolvers<number>();
    const onChange = (next: { settings: { server: { port: number } } }) =>
      changed.resolve(next.settings.server.port);
    watches.push(
      watchSettings({ ...options, current, clock: systemClock, onChange, onRefused: changed.reject }),
    );
    expect(await changed.promise).toBe(2);
  });

  test('takes a file only when two readings agree, and finds by itself what no notice told', async () => {
    const clock = createTestClock();
    const secret = join(await newFolder(), 'port');
    await writeFile(secret, '1');
    const file = await fileWith(`server: { port: '\${file:${secret}}' }\n`);
    const { next, told, watch } = await follow(file, { clock, pollMs: 1_000 });
    const look = async (byMs: number) => {
      clock.advance(byMs);
      // A look reads the file and the secret; when reading them here has ended after it, it has ended too.
      for (let turn = 0; turn < 20; turn++) await readFile(secret);
    };
    await look(20);
    await writeFile(secret, '2'); // Another folder: nobody tells.
    await look(1_000);
    await writeFile(secret, '3');
    await look(20);
    expect(told).toEqual([]);
    await look(20);
    expect(await next()).toEqual({ port: 3, changed: ['server'] });
    await watch.close();
    await writeFile(secret, '4');
    await look(5_000);
    expect(told).toEqual([]);
  });

  test('reports a refused file once', async () => {
    const clock = createTestClock();
    const file = await fileWith(port(1));
    const { next, told } = await follow(file, { clock, pollMs: 1_000 });
    await replace(file, 'x: 1');
    const look = async (byMs: number) => {
      clock.advance(byMs);
      for (let turn = 0; turn < 20; turn++) await readFile(file);
    };
    await look(1_000);
    await look(1_000);
    expect(await next()).toEqual({ refused: expect.stringContaining('found the unknown key "x"') });
    await look(1_000);
    await look(1_000);
    expect(told).toEqual([]);
  });

  test('hands a ConfigError on as it is', async () => {
    const file = await fileWith(port(1));
    const options = { file, env: {}, sections: sampleSections };
    const refused = Promise.withResolvers<Error>();
    const current = await loadSettings(options);
    watches.push(
      watchSettings({
        ...options,
        current,
        clock: systemClock,
        onChange: () => undefined,
        onRefused: refused.resolve,
      }),
    );
    await replace(file, 'x: 1');
    expect(await refused.promise).toBeInstanceOf(ConfigError);
  });
});
