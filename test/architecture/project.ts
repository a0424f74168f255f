import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { SourceFile } from './rules/sourceFile.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const sourceFolders = ['src', 'subgraphs', 'console/src', 'test'];

/** The TypeScript of the checkout, committed or not. */
export function readSources(): readonly SourceFile[] {
  return filesBelow(sourceFolders).filter(({ path }) => /\.tsx?$/.test(path));
}

/** What git tracks; where there is no git to ask (an image, an archive), the folders that only hold tracked files. */
export function readCommitted(): readonly SourceFile[] {
  const tracked = trackedPaths();
  if (tracked === null) return filesBelow([...sourceFolders, 'bin', 'docs', 'tools']);
  return tracked.filter((path) => existsSync(join(root, path))).map(readSource);
}

/** The text of one file, or null when it is not there. */
export function readText(path: string): string | null {
  return existsSync(join(root, path)) ? readSource(path).text : null;
}

function trackedPaths(): readonly string[] | null {
  try {
    const listing = execFileSync('git', ['ls-files', '-z'], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return listing.split('\0').filter((path) => path !== '');
  } catch {
    return null; // No git, no repository, or somebody else's.
  }
}

function filesBelow(folders: readonly string[]): readonly SourceFile[] {
  return folders
    .filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name).slice(root.length).split(sep).join('/'))
        .filter((path) => !path.includes('node_modules/'))
        .sort()
        .map(readSource),
    );
}

function readSource(path: string): SourceFile {
  return { path, text: readFileSync(join(root, path), 'utf8') };
}
