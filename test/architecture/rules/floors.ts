import { importsOf } from './importsOf.ts';
import type { SourceFile } from './sourceFile.ts';
import { sourcePlace } from './sourcePlace.ts';

/** Every folder of src/ and every file that stands in src/ itself, from the top. docs/architecture.md has those that exist already. */
const floorList: ReadonlyArray<readonly [floor: number, places: readonly string[]]> = [
  [9, ['main.ts', 'gateway.ts', 'assembly/', 'cli/']],
  [8, ['config/']],
  [7, ['server/', 'admin/']],
  [6, ['request/']],
  [5, ['execution/']],
  [
    4,
    [
      'access/',
      'authorization/',
      'identity/',
      'limits/',
      'planning/',
      'upstream/',
      'cache/',
      'registry/',
      'analytics/',
      'billing/',
      'explain/',
    ],
  ],
  [3, ['storage/', 'supergraph/', 'translation/']],
  [2, ['observability/']],
  [1, ['model/']],
  [0, ['base/']],
];
const floorOf = new Map(
  floorList.flatMap(([floor, places]) => places.map((place) => [place, floor] as const)),
);
const topFloor = 9;

/** Folders that know nothing of src/, and why. */
const strangers = {
  'subgraphs/': "a subgraph stands for somebody else's server and knows nothing of src/.",
  'console/': 'the console runs in a browser and knows only what the admin API answers.',
};

/** Imports in src/ only go down, for types as for values; what stands on the top floor may import each other. */
export function floors(files: readonly SourceFile[]): readonly string[] {
  return [...unplaced(files), ...files.flatMap(importsThatDoNotGoDown)];
}

/** `registry/` or `main.ts`; null outside of src/. */
function standingOf(path: string): string | null {
  const place = sourcePlace(path);
  if (place === null) return null;
  return place.folder === '' ? `${place.name}.ts` : `${place.folder}/`;
}

function unplaced(files: readonly SourceFile[]): readonly string[] {
  const standings = new Set(files.map(({ path }) => standingOf(path)));
  return [...standings]
    .filter((standing) => standing !== null && !floorOf.has(standing))
    .map(
      (standing) =>
        `src/${standing} stands on no floor. Put its files into a folder that exists, or give it a floor in test/architecture/rules/floors.ts and docs/architecture.md.`,
    );
}

function importsThatDoNotGoDown(file: SourceFile): readonly string[] {
  const from = standingOf(file.path);
  return importsOf(file).flatMap(({ path, line }) => {
    if (path === null) return [];
    const to = standingOf(path);
    const place = `${file.path}:${line} imports ${path}`;
    if (to === null)
      return from === null ? [] : [`${place}, which is outside of src/: what src/ needs stands in src/.`];
    if (from === null) {
      const apart = Object.entries(strangers).find(([folder]) => file.path.startsWith(folder));
      return apart ? [`${place}: ${apart[1]}`] : [];
    }
    return from === to ? [] : upwards(from, to, place);
  });
}

function upwards(from: string, to: string, place: string): readonly string[] {
  const [fromFloor, toFloor] = [floorOf.get(from), floorOf.get(to)];
  // A folder without a floor is told once, not for each import.
  if (fromFloor === undefined || toFloor === undefined || toFloor < fromFloor) return [];
  if (fromFloor === topFloor && toFloor === topFloor) return [];
  return [
    `${place}: ${from} is on floor ${fromFloor}, ${to} on floor ${toFloor}, and imports only go down. ` +
      'Declare what is needed as an interface here or as a noun in model/, and let gateway.ts hand it over.',
  ];
}
