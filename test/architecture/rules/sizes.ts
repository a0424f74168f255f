import { functionsOf } from './functionsOf.ts';
import type { SourceFile } from './sourceFile.ts';

const maxFileLines = 500;
const maxFunctionLines = 80;

/** What may be larger: `path` or `path#function`, and why it reads better in one piece. */
export type SizeExceptions = Readonly<Record<string, string>>;

/** Files of at most 500 lines, functions of at most 80. The callbacks of test files are lists of tests, not functions. */
export function sizes(files: readonly SourceFile[], exceptions: SizeExceptions): readonly string[] {
  const oversized = new Map(files.flatMap((file) => [...oversizedFile(file), ...oversizedFunctions(file)]));
  const faults = [...oversized].filter(([key]) => !Object.hasOwn(exceptions, key)).map(([, fault]) => fault);
  const stale = Object.keys(exceptions)
    .filter((key) => !oversized.has(key))
    .map(
      (key) =>
        `${key} is not over a limit (any more): take it off the exceptions in test/architecture/sizes.test.ts.`,
    );
  return [...faults, ...stale];
}

type Oversized = readonly [key: string, fault: string];

function oversizedFile({ path, text }: SourceFile): readonly Oversized[] {
  const lineCount = text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
  if (lineCount <= maxFileLines) return [];
  return [
    [
      path,
      `${path} has ${lineCount} lines, ${maxFileLines} are allowed: it holds more than one thing; give each its file.`,
    ],
  ];
}

function oversizedFunctions(file: SourceFile): readonly Oversized[] {
  if (file.path.endsWith('.test.ts')) return [];
  return functionsOf(file)
    .filter(({ lineCount }) => lineCount > maxFunctionLines)
    .map(({ name, line, lineCount }) => [
      `${file.path}#${name}`,
      `${file.path}:${line} ${name} has ${lineCount} lines, ${maxFunctionLines} are allowed: give its steps names and functions of their own.`,
    ]);
}
