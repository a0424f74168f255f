type LogMethod = (fields: object, message: string) => void;

/** From the least severe on. */
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** Where parts write what the operator should know; `fields` become properties of the line. */
export interface Log {
  readonly debug: LogMethod;
  readonly info: LogMethod;
  readonly warn: LogMethod;
  readonly error: LogMethod;
}

/** A log whose level can be changed while it is written to. */
export interface LeveledLog extends Log {
  readonly level: LogLevel;
  setLevel(level: LogLevel): void;
}
