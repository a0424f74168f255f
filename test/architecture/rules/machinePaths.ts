import type { SourceFile } from './sourceFile.ts';

const findings: ReadonlyArray<readonly [pattern: RegExp, advice: string]> = [
  [
    /(?<![\w./$}-])\/(?:(?:work|root)\/[\w.-]+|farm\b)/,
    'names a folder of one machine; write it relative to the checkout, or take it from an argument.',
  ],
  [
    /\b(?:registry\.(?:npmjs\.org|npmmirror\.com|yarnpkg\.com)|npm\.pkg\.github\.com|(?:artifactory|nexus|verdaccio)[\w.-]*\.\w+(?::\d+)?\/)/i,
    "names a package registry; which one is used is the installer's choice (in package-lock.json: omit-lockfile-registry-resolved).",
  ],
];

/** What is committed works on any machine. */
export function machinePaths(files: readonly SourceFile[]): readonly string[] {
  return files.flatMap(({ path, text }) =>
    text.split('\n').flatMap((line, index) =>
      findings.flatMap(([pattern, advice]) => {
        const found = pattern.exec(line);
        return found === null ? [] : [`${path}:${index + 1} "${found[0]}" ${advice}`];
      }),
    ),
  );
}
