import { mkdir, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../base/clock.ts';
import { SluiceError } from '../base/errors.ts';
import type { Log } from '../model/log.ts';
import { withoutBlocking } from './sqliteDialect.ts';
import { isDamaged } from './sqliteFault.ts';
import type { StoreRecovery } from './store.ts';

/** Larger files are not read through at the start, which has to take less than two seconds; their damage shows when it is met. */
const maxCheckedBytes = 256 * 1024 ** 2;

export interface SqliteFile {
  readonly database: DatabaseSync;
  readonly recovery: StoreRecovery | null;
}

/**
 * Opens `<folder>/sluice.db`, or the file that is named. A file that is damaged is moved aside, with its WAL, and a new one begun: what
 * was in it is not lost, only no longer in force. Throws STORE_UNAVAILABLE.
 */
export async function openSqliteFile(
  folder: string,
  parts: { file?: string; clock: Clock; log: Log },
): Promise<SqliteFile> {
  const path = join(folder, parts.file ?? 'sluice.db');
  const bytes = await prepareFolder(folder, path);
  const isChecked = bytes <= maxCheckedBytes;
  try {
    const database = await withoutBlocking(parts.clock, () => openAndCheck(path, isChecked));
    return { database, recovery: null };
  } catch (thrown) {
    const damage = thrown instanceof SluiceError ? thrown.cause : thrown;
    if (!isDamaged(damage)) throw thrown;
    const recovery = await moveAside(path, { damage, atMs: parts.clock.wallMs() });
    parts.log.error(
      { path, ...recovery },
      'The store is damaged: it was moved aside, and an empty one takes its place',
    );
    return { database: await withoutBlocking(parts.clock, () => openAndCheck(path, false)), recovery };
  }
}

async function prepareFolder(folder: string, path: string): Promise<number> {
  try {
    await mkdir(folder, { recursive: true });
    return await sizeOf(path);
  } catch (cause) {
    throw new SluiceError('STORE_UNAVAILABLE', 'The store cannot be opened', { cause, detail: { path } });
  }
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (failure) {
    if (isMissing(failure)) return 0;
    throw failure;
  }
}

function openAndCheck(path: string, isChecked: boolean): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: 0, enableForeignKeyConstraints: true });
  try {
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
    // 16 MB of pages, in place of 2; and what `analyze` reads of an index, or it would read all of it.
    database.exec('PRAGMA cache_size = -16384; PRAGMA analysis_limit = 1000;');
    if (isChecked) check(database);
    return database;
  } catch (failure) {
    database.close();
    throw failure;
  }
}

function check(database: DatabaseSync): void {
  const finding = database.prepare('PRAGMA quick_check(1)').get()?.quick_check;
  if (finding !== 'ok') throw Object.assign(new Error(String(finding)), { errcode: 11 });
}

async function moveAside(
  path: string,
  { damage, atMs }: { damage: unknown; atMs: number },
): Promise<StoreRecovery> {
  const movedTo = `${path}.corrupt-${new Date(atMs).toISOString().replaceAll(':', '-')}`;
  await rename(path, movedTo);
  // Left behind, they would be taken for the new file's.
  for (const companion of ['-wal', '-shm'])
    await renameIfThere(`${path}${companion}`, `${movedTo}${companion}`);
  return { movedTo, reason: damage instanceof Error ? damage.message : String(damage) };
}

async function renameIfThere(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (failure) {
    if (!isMissing(failure)) throw failure;
  }
}

function isMissing(failure: unknown): boolean {
  return typeof failure === 'object' && failure !== null && 'code' in failure && failure.code === 'ENOENT';
}
