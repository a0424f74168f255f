import { readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, isAbsolute, relative, resolve } from 'node:path';
import { TranslationFault } from '../translationFault.ts';

/** The files that an import may read: those of its own folder and of the folders it was given, and no others. */
export interface OpenFiles {
  /** The text of a file; throws a TranslationFault when it cannot be had. */
  read(path: string): string;
  /** The first of the folders that has this file; null when none does. Throws a TranslationFault for one outside of them. */
  find(name: string, from: string): string | null;
  /** Whether it lies in one of the folders, with all links followed. */
  isInside(path: string): boolean;
  /** All that was read. */
  readonly seen: readonly string[];
}

/** Of all files together: what people write is smaller. */
const maxBytes = 32 * 1024 ** 2;

export function openFiles(main: string, includes: readonly string[]): OpenFiles {
  // What was fetched has no folder of its own.
  const folders = [...(isAbsolute(main) ? [dirname(main)] : []), ...includes];
  const seen = new Set<string>();
  let bytes = 0;
  const exists = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() === true;
  const isInside = (path: string): boolean => {
    const real = realpathSync(path);
    return folders.some((folder) => {
      const way = relative(realpathSync(folder), real);
      return !way.startsWith('..') && !isAbsolute(way);
    });
  };
  return {
    read(path) {
      seen.add(path);
      try {
        bytes += statSync(path).size;
        if (bytes <= maxBytes) return readFileSync(path, 'utf8');
      } catch (cause) {
        throw new TranslationFault(
          `${path} cannot be read: ${(cause as NodeJS.ErrnoException).code ?? 'unknown'}.`,
          { cause },
        );
      }
      throw new TranslationFault(
        `${path} makes it more than ${maxBytes / 1024 ** 2} MB, which is the most that is read.`,
      );
    },
    find(name, from) {
      const found = [dirname(from), ...folders].map((folder) => resolve(folder, name)).find(exists);
      if (found === undefined) return null;
      if (isInside(found)) return found;
      throw new TranslationFault(
        `"${name}" lies outside of the folder of the file and of those in includes, and is not read.`,
      );
    },
    isInside,
    get seen() {
      return [...seen];
    },
  };
}
