import { importsOf } from './importsOf.ts';
import type { SourceFile } from './sourceFile.ts';

/** No file imports itself by way of others, not even for a type. */
export function cycles(files: readonly SourceFile[]): readonly string[] {
  const importsByPath = new Map(
    files.map((file) => [file.path, importsOf(file).flatMap(({ path }) => path ?? [])] as const),
  );
  const finished = new Set<string>();
  const found: string[] = [];

  const visit = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path);
    if (start >= 0) {
      const circle = [...trail.slice(start), path].join(' → ');
      found.push(`Import cycle: ${circle}. Move what they share to a file of its own that imports neither.`);
      return;
    }
    if (finished.has(path)) return;
    for (const next of importsByPath.get(path) ?? []) visit(next, [...trail, path]);
    finished.add(path);
  };

  for (const { path } of files) visit(path, []);
  return found;
}
