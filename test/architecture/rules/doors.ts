import { importsOf } from './importsOf.ts';
import type { SourceFile } from './sourceFile.ts';
import { sourcePlace } from './sourcePlace.ts';

/** These hold one thing a file and have no door: their files are imported one by one. */
const withoutDoor = new Set(['base', 'model']);

/** Each folder of src/ is entered through one file, named after it, that opens with the folder's story. */
export function doors(files: readonly SourceFile[]): readonly string[] {
  return [...missingDoors(files), ...files.flatMap(storyFault), ...files.flatMap(importsPastDoors)];
}

function missingDoors(files: readonly SourceFile[]): readonly string[] {
  const paths = new Set(files.map(({ path }) => path));
  const folders = new Set(files.map(({ path }) => sourcePlace(path)?.folder ?? ''));
  return [...folders]
    .filter((folder) => folder !== '' && !withoutDoor.has(folder) && !paths.has(`src/${folder}/${folder}.ts`))
    .map(
      (folder) =>
        `src/${folder}/ has no door: write src/${folder}/${folder}.ts, which opens with the folder's story and exports what others need.`,
    );
}

function storyFault(file: SourceFile): readonly string[] {
  const isDoor = sourcePlace(file.path)?.isDoor ?? false;
  if (!isDoor || file.text.startsWith('/**')) return [];
  return [
    `${file.path} is a door and has to open with a doc comment, before its imports: what the folder does, what it does not, an example.`,
  ];
}

function importsPastDoors(file: SourceFile): readonly string[] {
  const from = sourcePlace(file.path)?.folder ?? null;
  return importsOf(file).flatMap(({ path, line }) => {
    if (path === null) return [];
    const fault =
      from === null && file.path.startsWith('test/') ? testFault(file.path, path) : foldersFault(from, path);
    return fault === null ? [] : [`${file.path}:${line} imports ${path}: ${fault}`];
  });
}

function foldersFault(from: string | null, path: string): string | null {
  const to = sourcePlace(path);
  if (to === null || to.folder === '' || to.folder === from || to.isDoor || withoutDoor.has(to.folder))
    return null;
  return `another folder is entered only through its door, src/${to.folder}/${to.folder}.ts. Export there what others need.`;
}

function testFault(from: string, path: string): string | null {
  const to = sourcePlace(path);
  if (to !== null) {
    if (to.folder !== '') return foldersFault(null, path);
    return path === 'src/gateway.ts'
      ? null
      : 'tests use a part through its door, or the whole through src/gateway.ts.';
  }
  const [root, folder] = path.split('/');
  if (root !== 'test' || folder === 'support' || folder === from.split('/')[1]) return null;
  return "tests do not import another folder's tests: move what both need to test/support/.";
}
