import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, systemClock } from '../../src/base/clock.ts';
import type { Log } from '../../src/model/log.ts';
import type { SubgraphInput } from '../../src/model/registry.ts';
import {
  createRegistry,
  type RegistryPart,
  registryMigrations,
  registryOptions,
} from '../../src/registry/registry.ts';
import { openStorage, type Storage, storageOptions } from '../../src/storage/storage.ts';
import { lendThread } from '../support/lendThread.ts';
import type { TestStore } from '../support/stores.ts';

export interface LogLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields: object;
}

export interface OpenRegistry {
  readonly registry: RegistryPart;
  readonly storage: Storage;
  readonly dir: string;
  /** What `storage.url` says. */
  readonly url: string;
  readonly lines: readonly LogLine[];
  /** The messages logged as errors. */
  errors(): readonly string[];
  close(): Promise<void>;
}

export interface OpenOptions {
  /** The store of another one, to share it from another folder. */
  readonly url?: string;
  readonly options?: Record<string, unknown>;
  readonly clock?: Clock;
}

/** Opens registries on folders and stores of their own, SQLite unless given, and closes and removes all of them after the test. */
export function createRegistryFixture(store: Pick<TestStore, 'place'> = sqlite) {
  const closes: Array<() => Promise<void>> = [];
  const urls = new Map<string, string>();

  async function folder(): Promise<string> {
    const made = await mkdtemp(join(tmpdir(), 'sluice-registry-'));
    closes.unshift(() => rm(made, { recursive: true, force: true }));
    return made;
  }

  /** The store that goes with a folder. */
  async function urlFor(dir: string): Promise<string> {
    const url = urls.get(dir) ?? (await store.place(dir));
    urls.set(dir, url);
    return url;
  }

  async function open(
    dir: string,
    { url: shared, options = {}, clock = systemClock }: OpenOptions = {},
  ): Promise<OpenRegistry> {
    const { log, lines } = recordingLog();
    const url = shared ?? (await urlFor(dir));
    const storage = openStorage(storageOptions.parse({ url, dir }), {
      clock,
      log,
      migrations: [registryMigrations],
    });
    const registry = await createRegistry(registryOptions.parse(options), {
      storage,
      dir,
      clock,
      log,
      startThread: lendThread,
    });
    let isClosed = false;
    const close = async (): Promise<void> => {
      if (isClosed) return;
      isClosed = true;
      await registry.close();
      await storage.close();
    };
    closes.push(close);
    const errors = () => lines.filter(({ level }) => level === 'error').map(({ message }) => message);
    return { registry, storage, dir, url, lines, errors, close };
  }

  return {
    folder,
    urlFor,
    open,
    /** On a folder of its own. */
    async start(given: OpenOptions = {}): Promise<OpenRegistry> {
      return await open(await folder(), given);
    },
    async end(): Promise<void> {
      for (const close of closes.splice(0).reverse()) await close();
    },
  };
}

const sqlite = { place: async (folder: string) => `sqlite:${folder}` };

export function recordingLog(): { log: Log; lines: LogLine[] } {
  const lines: LogLine[] = [];
  const write = (level: LogLine['level']) => (fields: object, message: string) => {
    lines.push({ level, message, fields });
  };
  return {
    log: { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') },
    lines,
  };
}

const link =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@external", "@requires", "@authenticated", "@inaccessible", "@provides", "@override", "@tag"])\n';

/** A Federation 2 subgraph; its SDL begins on line 2. */
export function subgraph(name: string, sdl: string): SubgraphInput {
  return { name, url: `http://127.0.0.1:4999/${name}`, sdl: `${link}${sdl}`, source: 'publish' };
}

/** One whose root field is named after it, with as many more as its edition says. */
export function edition(name: string, number: number): SubgraphInput {
  const fields = Array.from({ length: number }, (_, index) => `${name}${index + 1}: Int`);
  return subgraph(name, `type Query { ${name}: Int ${fields.join(' ')} }`);
}

/** Waits until it is so, at most a minute. */
export async function eventually(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const deadlineMs = performance.now() + 60_000;
  while (!(await isSo())) {
    if (performance.now() > deadlineMs) throw new Error(`Waited in vain for ${isSo}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
