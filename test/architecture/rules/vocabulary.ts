import { exportsOf } from './exportsOf.ts';
import type { SourceFile } from './sourceFile.ts';
import { sourcePlace } from './sourcePlace.ts';

/**
 * The avoided words of docs/vocabulary.md that mean nothing else here, so that finding one is always a mistake. The others
 * (query, push, snapshot, …) have an honest use beside the avoided one and are left to reviewers.
 */
export const avoidedWords = {
  /** Wrong anywhere in the name of a file or an export. */
  anywhere: ['unified graph', 'gateway schema', 'fetch group', 'replica', 'principal', 'tenant'],
  /** Wrong as a whole name; as a part of one they may be right (`graphqlEndpoint`, `isSameHost`). */
  alone: ['service', 'host', 'node', 'endpoint', 'user', 'customer', 'component', 'layer'],
} as const;

/** File names and exported names of src/ use the words of docs/vocabulary.md. */
export function vocabulary(files: readonly SourceFile[]): readonly string[] {
  return files.flatMap((file) => {
    const place = sourcePlace(file.path);
    if (place === null) return [];
    return [...new Set([place.name, ...exportsOf(file)])].flatMap((name) => {
      const word = avoidedIn(name);
      if (word === null) return [];
      return [
        `${file.path}: "${name}" uses the avoided word "${word}"; docs/vocabulary.md has the word to use.`,
      ];
    });
  });
}

function avoidedIn(name: string): string | null {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/_/g, ' ')
    .toLowerCase();
  const singular = ` ${words} `.replace(/s /g, ' ');
  const whole = words.replace(/^create /, '').replace(/s$/, '');
  return (
    avoidedWords.anywhere.find((word) => singular.includes(` ${word} `)) ??
    avoidedWords.alone.find((word) => whole === word) ??
    null
  );
}
