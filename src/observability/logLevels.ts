import type { LogLevel } from '../model/log.ts';

/** From the least severe on. */
export const logLevels = [
  'trace',
  'debug',
  'info',
  'warn',
  'error',
  'silent',
] as const satisfies readonly LogLevel[];
