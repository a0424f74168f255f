import { type PostgresTarget, postgresUrl } from './postgresUrl.ts';

/** What `storage.url` says: one of the two, or why it says nothing. */
export interface StoreUrl {
  readonly target: PostgresTarget | null;
  /** The folder of a SQLite file. */
  readonly folder: string | null;
  /** What was expected; repeats nothing of the URL. */
  readonly fault: string | null;
}

/** Reads `sqlite:FOLDER` or `postgres://…`. */
export function storeUrl(url: string): StoreUrl {
  const nothing = { target: null, folder: null, fault: null };
  if (/^sqlite:(?!\/\/)./.test(url)) return { ...nothing, folder: url.slice('sqlite:'.length) };
  if (!/^postgres(ql)?:\/\//.test(url)) return { ...nothing, fault: expected };
  try {
    return { ...nothing, target: postgresUrl(url) };
  } catch (failure) {
    return { ...nothing, fault: failure instanceof Error ? failure.message : expected };
  }
}

const expected =
  'expected sqlite:FOLDER, such as sqlite:.sluice, or postgres://USER:PASSWORD@HOST:PORT/DATABASE';
