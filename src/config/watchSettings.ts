import { type FSWatcher, realpathSync, watch } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Clock, Timer } from '../base/clock.ts';
import { ConfigError } from './configError.ts';
import {
  type Content,
  defaultFile,
  type LoadedSettings,
  type LoadSettingsOptions,
  readContent,
  unreadable,
} from './loadSettings.ts';
import { readSettings } from './readSettings.ts';
import type { Sections } from './shape.ts';

export interface WatchSettingsOptions<S extends Sections> extends LoadSettingsOptions<S> {
  /** The settings in force; what changed since they were loaded is noticed too. */
  readonly current: LoadedSettings<S>;
  readonly clock: Clock;
  /** Applies new settings; `changed` names the sections that differ, none when only a comment did. When it throws, the old ones stay current. */
  onChange(next: LoadedSettings<S>, changed: readonly string[]): void | Promise<void>;
  /** The file, or applying it, was refused and the old settings stay: a ConfigError, or what `onChange` threw. */
  onRefused(reason: Error): void;
  /** A change counts when two readings this far apart are the same, so no half-written file is taken. */
  readonly settleMs?: number;
  /** How often the file is read without any notice of a change: network file systems give none. */
  readonly pollMs?: number;
}

export interface SettingsWatch<S extends Sections> {
  /** The settings in force. */
  current(): LoadedSettings<S>;
  /** Ends the watching; a change that is being applied is waited for. */
  close(): Promise<void>;
}

/**
 * Watches the settings' file by what it holds: notices of the file system only say when to look. So it does not matter how an
 * editor or Kubernetes puts the new content there, and each content is reported once.
 */
export function watchSettings<S extends Sections>(options: WatchSettingsOptions<S>): SettingsWatch<S> {
  const { clock, settleMs = 50, pollMs = 2_000 } = options;
  const file = options.file ?? defaultFile;
  let current = options.current;
  let seen = current.fingerprint;
  let unsettled: string | null = null;
  let next: { readonly timer: Timer; readonly dueMs: number } | null = null;
  let looking: Promise<void> = Promise.resolve();
  let closed = false;

  /** Whoever wants to look sooner wins, so a busy folder cannot put the look off for ever. */
  const lookAfter = (delayMs: number): void => {
    const dueMs = clock.monotonicMs() + delayMs;
    if (closed || (next && next.dueMs <= dueMs)) return;
    next?.timer.cancel();
    const timer = clock.after(delayMs, () => {
      next = null;
      looking = looking.then(look);
    });
    next = { timer, dueMs };
  };
  const folders = watchFolders(file, () => lookAfter(settleMs));
  const look = async (): Promise<void> => {
    const content = await readContent(file);
    if (closed) return;
    folders.refresh();
    const settled = content.fingerprint === seen || content.fingerprint === unsettled;
    unsettled = content.fingerprint;
    if (!settled) return lookAfter(settleMs);
    if (content.fingerprint !== seen) {
      seen = content.fingerprint;
      await take(content);
    }
    lookAfter(pollMs);
  };
  const take = async (content: Content): Promise<void> => {
    try {
      const loaded = nextSettings(content, options);
      await options.onChange(loaded, changedSections(current, loaded));
      current = loaded;
    } catch (reason) {
      options.onRefused(reason instanceof Error ? reason : new Error(String(reason)));
    }
  };

  lookAfter(settleMs);
  return {
    current: () => current,
    async close() {
      closed = true;
      next?.timer.cancel();
      folders.close();
      await looking;
    },
  };
}

function nextSettings<S extends Sections>(
  content: Content,
  options: WatchSettingsOptions<S>,
): LoadedSettings<S> {
  const file = options.file ?? defaultFile;
  if (content.text === null) throw unreadable(file, content.reason);
  if (content.text.trim() === '') {
    // Far more often a write that was cut short than a wish for nothing but defaults.
    const message = 'found an empty file; allowed while running: one with settings';
    throw new ConfigError([{ file, line: 1, column: 1, path: '', message }]);
  }
  const read = readSettings(content.text, { ...options, file });
  return { ...read, file: resolve(file), fingerprint: content.fingerprint };
}

function changedSections<S extends Sections>(
  before: LoadedSettings<S>,
  after: LoadedSettings<S>,
): readonly string[] {
  const old: Readonly<Record<string, unknown>> = before.settings;
  return Object.entries(after.settings).flatMap(([name, section]) =>
    isDeepStrictEqual(section, old[name]) ? [] : [name],
  );
}

/**
 * Watches the folder of the file and, when that is a link, the folder of what it leads to: a file that is replaced takes its own
 * watcher with it. A folder that cannot be watched is left to the polling.
 */
function watchFolders(file: string, onNotice: () => void): { refresh(): void; close(): void } {
  const watchers = new Map<string, FSWatcher>();
  const drop = (folder: string): void => {
    watchers.get(folder)?.close();
    watchers.delete(folder);
  };
  const refresh = (): void => {
    const wanted = foldersOf(file);
    for (const folder of watchers.keys()) if (!wanted.has(folder)) drop(folder);
    for (const folder of wanted) {
      if (watchers.has(folder)) continue;
      const watcher = tryWatch(folder, onNotice);
      if (!watcher) continue;
      watchers.set(folder, watcher);
      watcher.on('error', () => drop(folder));
    }
  };
  refresh();
  return {
    refresh,
    close() {
      for (const folder of [...watchers.keys()]) drop(folder);
    },
  };
}

function foldersOf(file: string): ReadonlySet<string> {
  const path = resolve(file);
  const folders = new Set<string>();
  for (const find of [() => realpathSync(dirname(path)), () => dirname(realpathSync(path))]) {
    const folder = orNull(find);
    if (folder !== null) folders.add(folder);
  }
  return folders;
}

function tryWatch(folder: string, onNotice: () => void): FSWatcher | null {
  return orNull(() => watch(folder, { persistent: false }, onNotice));
}

/** A folder that is not there just now, or more watches than the system gives, is no fault: the polling goes on. */
function orNull<Value>(attempt: () => Value): Value | null {
  try {
    return attempt();
  } catch {
    return null;
  }
}
