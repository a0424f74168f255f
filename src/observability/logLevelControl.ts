import type { Clock, Timer } from '../base/clock.ts';
import type { LeveledLog, LogLevel } from '../model/log.ts';

export interface LogLevelState {
  readonly level: LogLevel;
  /** What it is by the settings. */
  readonly configured: LogLevel;
  /** When it goes back to that; null when it stays. Wall milliseconds. */
  readonly untilMs: number | null;
}

/** The log's level: that of the settings, but for a while another one. */
export interface LogLevelControl {
  state(): LogLevelState;
  /** Sets another level, which ends by itself. */
  set(level: LogLevel, by: { readonly forMs: number; readonly author: string }): LogLevelState;
  /** The settings' level has changed; another one that was set for a while stays until then. */
  reconfigure(level: LogLevel): void;
  close(): void;
}

export function createLogLevelControl(
  initial: LogLevel,
  { log, clock }: { readonly log: LeveledLog; readonly clock: Clock },
): LogLevelControl {
  let configured = initial;
  let other: { readonly untilMs: number; readonly timer: Timer } | null = null;

  function end(): void {
    other?.timer.cancel();
    other = null;
    log.setLevel(configured);
  }
  const state = (): LogLevelState => ({ level: log.level, configured, untilMs: other?.untilMs ?? null });

  return {
    state,
    set(level, { forMs, author }) {
      other?.timer.cancel();
      const untilMs = clock.wallMs() + forMs;
      const timer = clock.after(forMs, () => {
        end();
        log.warn({ to: configured }, 'the log level is that of the settings again');
      });
      other = { untilMs, timer };
      // A warning, which most levels let through, and before the new level could keep it back.
      const told = { to: level, author, until: new Date(untilMs).toISOString() };
      log.warn(told, 'the log level is changed for a while');
      log.setLevel(level);
      return state();
    },
    reconfigure(level) {
      configured = level;
      if (!other) log.setLevel(level);
    },
    close: end,
  };
}
