/** One thing that is wrong with the settings, and where. */
export interface ConfigFault {
  /** The file as the operator named it, or `PORT (environment)`. */
  readonly file: string;
  /** Counted from 1; null when the fault has no place in a file. */
  readonly line: number | null;
  readonly column: number | null;
  /** Such as `server.port`; empty for the file as a whole. */
  readonly path: string;
  /** What was found and what is allowed; never holds a secret. */
  readonly message: string;
}

/** Settings that cannot be used: everything that is wrong with them, sorted by place. Its message is the list, a line each. */
export class ConfigError extends Error {
  readonly faults: readonly ConfigFault[];

  constructor(faults: readonly ConfigFault[]) {
    const sorted = [...faults].sort(byPlace);
    super(sorted.map(faultText).join('\n'));
    this.name = 'ConfigError';
    this.faults = sorted;
  }
}

function faultText({ file, line, column, path, message }: ConfigFault): string {
  const place = line === null ? file : `${file}:${line}:${column ?? 1}`;
  return path === '' ? `${place}  ${message}` : `${place}  ${path}: ${message}`;
}

/** Faults without a line, which come from the environment, stand last. */
function byPlace(one: ConfigFault, other: ConfigFault): number {
  const lines = (one.line ?? Number.MAX_SAFE_INTEGER) - (other.line ?? Number.MAX_SAFE_INTEGER);
  return lines || (one.column ?? 0) - (other.column ?? 0);
}
