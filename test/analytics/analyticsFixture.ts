import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Analytics,
  analyticsOptions,
  createAnalytics,
  type Usage,
} from '../../src/analytics/analytics.ts';
import type { Clock } from '../../src/base/clock.ts';
import { measureOperation } from '../../src/limits/limits.ts';
import { createStoreThread, storageOptions } from '../../src/storage/storage.ts';
import { lendThread } from '../support/lendThread.ts';
import { silentLog } from '../support/silentLog.ts';

export interface OpenAnalytics {
  readonly record: Analytics['record'];
  readonly usage: Usage;
  /** Messages of warnings and errors. */
  readonly said: string[];
  close(): Promise<void>;
}

/** Analytics on a store in a temporary folder each. */
export function createAnalyticsFixture() {
  const folders: string[] = [];
  const opened: OpenAnalytics[] = [];

  async function folder(): Promise<string> {
    const path = await mkdtemp(join(tmpdir(), 'sluice-analytics-'));
    folders.push(path);
    return path;
  }

  return {
    folder,
    async open(
      clock: Clock,
      options: { dir?: string; settings?: object; url?: string } = {},
    ): Promise<OpenAnalytics> {
      const dir = options.dir ?? (await folder());
      const said: string[] = [];
      const note = (_fields: object, message: string) => void said.push(message);
      const log = { ...silentLog, info: note, warn: note, error: note };
      const analytics = createAnalytics(analyticsOptions.parse(options.settings ?? {}), {
        storage: storageOptions.parse({ url: options.url ?? `sqlite:${dir}`, dir }),
        storeThread: createStoreThread({ log, startThread: lendThread }),
        folder: dir,
        dir,
        measure: measureOperation,
        clock,
        log,
      });
      if (!analytics.usage) throw new Error('It is switched off');
      const open = { record: analytics.record, usage: analytics.usage, said, close: analytics.close };
      opened.push(open);
      return open;
    },
    async end(): Promise<void> {
      for (const each of opened.splice(0)) await each.close();
      for (const path of folders.splice(0)) await rm(path, { recursive: true, force: true });
    },
  };
}
