/** Where a path under src/ stands. */
export interface SourcePlace {
  /** The folder directly in src/; empty for a file that stands there itself. */
  readonly folder: string;
  /** The file's name without `.ts`. */
  readonly name: string;
  /** Is it `folder/folder.ts`? */
  readonly isDoor: boolean;
}

/** The place of a path under src/, or null for any other path. */
export function sourcePlace(path: string): SourcePlace | null {
  const [root, ...segments] = path.split('/');
  if (root !== 'src') return null;
  const folder = segments.length > 1 ? (segments[0] ?? '') : '';
  const name = (segments.at(-1) ?? '').replace(/\.ts$/, '');
  return { folder, name, isDoor: segments.length === 2 && folder === name };
}
