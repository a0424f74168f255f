import type { Log } from '../../src/model/log.ts';

/** For parts whose lines are not what a test is about. */
export const silentLog: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
