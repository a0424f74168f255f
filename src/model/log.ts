type LogMethod = (fields: object, message: string) => void;

/** Where parts write what the operator should know; `fields` become properties of the line. */
export interface Log {
  readonly debug: LogMethod;
  readonly info: LogMethod;
  readonly warn: LogMethod;
  readonly error: LogMethod;
}
