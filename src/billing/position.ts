/** A place in a log: which file, and how many bytes into it. */
export interface Position {
  /** Counts from 1. */
  readonly file: number;
  readonly offset: number;
}

export const logStart: Position = { file: 1, offset: 0 };

export function isBefore(one: Position, other: Position): boolean {
  return one.file < other.file || (one.file === other.file && one.offset < other.offset);
}
