import { exportsOf } from './exportsOf.ts';
import type { SourceFile } from './sourceFile.ts';
import { type SourcePlace, sourcePlace } from './sourcePlace.ts';

/** Files that are named otherwise: path and why. */
export type FileNameExceptions = Readonly<Record<string, string>>;

/**
 * A file of src/ is named after its main export: `singleFlight.ts` exports `SingleFlight`, `callChain.ts` may export `createCallChain`.
 * A door is named after its folder: of the part's factory, runner or options one has that name in it (`openStorage`, `limitsOptions`).
 * What only starts something (main.ts, the entry of a worker thread) exports nothing.
 */
export function fileNames(files: readonly SourceFile[], exceptions: FileNameExceptions): readonly string[] {
  const misnamed = new Map(files.flatMap(misnamedFile));
  const faults = [...misnamed].filter(([path]) => !Object.hasOwn(exceptions, path)).map(([, fault]) => fault);
  const stale = Object.keys(exceptions)
    .filter((path) => !misnamed.has(path))
    .map(
      (path) =>
        `${path} is gone or well named: take it off the exceptions in test/architecture/fileNames.test.ts.`,
    );
  return [...faults, ...stale];
}

function misnamedFile(file: SourceFile): ReadonlyArray<readonly [path: string, fault: string]> {
  const place = sourcePlace(file.path);
  if (place === null || file.path === 'src/main.ts' || place.name.endsWith('Worker')) return [];
  const exported = exportsOf(file);
  if (exported.some((name) => fits(name, place))) return [];
  return [
    [
      file.path,
      `${file.path} exports ${exported.join(', ') || 'nothing'}, but nothing named ${place.name}: name the file after its main export, and move what is not about it.`,
    ],
  ];
}

function fits(exported: string, { name, isDoor }: SourcePlace): boolean {
  // `GraphQL` is spelled so in types, and `graphql` in file names.
  const plain = exported.replaceAll('GraphQL', 'Graphql');
  const capital = name.charAt(0).toUpperCase() + name.slice(1);
  if ([name, capital, `create${capital}`].includes(plain)) return true;
  return isDoor && (plain.endsWith(capital) || plain === `${name}Options`);
}
