import { SluiceError } from '../base/errors.ts';
import type { LogLevel } from '../model/log.ts';
import type { LogLevelControl, LogLevelState } from '../observability/observability.ts';
import type { AdminCaller } from './adminCaller.ts';
import { authorOf } from './authorOf.ts';
import { isoTime } from './isoTime.ts';

export interface LogLevelParts {
  readonly logLevel: Pick<LogLevelControl, 'state' | 'set'>;
}

interface SetArguments {
  readonly level: string;
  readonly forSeconds: number;
  readonly author?: string | null;
}

/** Debugging is for a while: who forgets it fills a disk. */
const maxSeconds = 24 * 3600;

/** The root fields about the log's level. */
export function createLogLevelResolvers({ logLevel }: LogLevelParts) {
  return {
    logLevel: () => shown(logLevel.state()),
    setLogLevel({ level, forSeconds, author }: SetArguments, caller: AdminCaller) {
      if (forSeconds < 1 || forSeconds > maxSeconds)
        throw new SluiceError('BAD_USER_INPUT', `forSeconds is ${forSeconds}; allowed: 1 to ${maxSeconds}.`);
      const by = { forMs: forSeconds * 1000, author: authorOf(author, caller) };
      return shown(logLevel.set(level.toLowerCase() as LogLevel, by));
    },
  };
}

function shown({ level, configured, untilMs }: LogLevelState) {
  return {
    level: level.toUpperCase(),
    configured: configured.toUpperCase(),
    until: untilMs === null ? null : isoTime(untilMs),
  };
}
